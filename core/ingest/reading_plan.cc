#include "core/ingest/reading_plan.h"

#include <unordered_map>

namespace relayburn {
namespace {

enum class Change { None, Grown, Rewritten, Other };

Change change_of(const Cursor& before, const Cursor& now, int64_t parser_version) {
  if (before.parser_version != parser_version) return Change::Other;
  const bool is_same_file = before.device == now.device && before.inode == now.inode;
  if (is_same_file && before.size == now.size && before.mtime_ns == now.mtime_ns &&
      before.ctime_ns == now.ctime_ns)
    return Change::None;
  if (!is_same_file) return Change::Other;
  return now.size > before.size ? Change::Grown : Change::Rewritten;
}

// Whether reading goes on from what is known of a log; else it begins at the log's start.
bool goes_on(Change change, const Source& source) {
  return change == Change::Grown || (change == Change::Rewritten && source.keeps_state());
}

// Where to go on: what the log is now, with what is known of its beginning.
Cursor resumed(const Cursor& before, const Cursor& now) {
  Cursor cursor = now;
  cursor.offset = before.offset;
  cursor.lines = before.lines;
  cursor.head_hash = before.head_hash;
  cursor.tail_hash = before.tail_hash;
  cursor.state = before.state;
  return cursor;
}

std::string log_key(const std::string& source, const std::string& name) {
  return source + '|' + name;
}

}  // namespace

std::vector<Reading> plan_readings(const std::vector<FoundLog>& logs,
                                   const std::vector<Cursor>& before,
                                   const NameOfLog& name_of_log) {
  std::unordered_map<std::string, const Cursor*> known;
  known.reserve(before.size());
  for (const Cursor& cursor : before) known.emplace(log_key(cursor.source, cursor.path), &cursor);
  std::vector<Reading> readings;
  for (const FoundLog& log : logs) {
    const int64_t version = log.source->parser_version();
    const auto last = known.find(log_key(log.now.source, name_of_log(log.now.path)));
    const Change change =
        last == known.end() ? Change::Other : change_of(*last->second, log.now, version);
    if (change == Change::None) continue;
    if (goes_on(change, *log.source)) {
      readings.push_back({log.source, resumed(*last->second, log.now), *last->second});
    } else {
      readings.push_back({log.source, log.now, std::nullopt});
    }
    readings.back().from.parser_version = version;
  }
  return readings;
}

}  // namespace relayburn
