#include "plugins/file/file_snapshot.h"

#include <map>

#include "core/records/described.h"
#include "core/storage/reference_aggregate.h"

namespace relayburn {
namespace {

bool matches(const Cell& cell, const std::optional<std::string>& wanted) {
  return !wanted || (cell.is_text() && cell.text() == *wanted);
}

bool passes(const KindDescription& kind, const ScanFilter& filter, Row row) {
  if (kind.source != kNoColumn && !matches(row[kind.source], filter.source)) return false;
  if (kind.session != kNoColumn && !matches(row[kind.session], filter.session_id)) return false;
  if (kind.time == kNoColumn || (!filter.since && !filter.until)) return true;
  const Cell& time = row[kind.time];
  return !time.is_null() && (!filter.since || time.integer() >= filter.since->us) &&
         (!filter.until || time.integer() < filter.until->us);
}

}  // namespace

void FileSnapshot::scan(Kind kind, const ScanFilter& filter, const RowSink& sink) {
  const KindDescription& description = describe(kind);
  Arena arena;
  for (const RecordPlace* place : by_key(image_.index(kind))) {
    arena.clear();
    const Row row = image_.read(*place, arena);
    if (!passes(description, filter, row)) continue;
    if (kind == Kind::Content && image_.is_hidden(from_row<Content>(row))) continue;
    sink(row);
  }
}

void FileSnapshot::aggregate(const AggregateQuery& query, const GroupSink& sink) {
  reference_aggregate(
      query,
      [&](const RowSink& turns) {
        Arena arena;
        for (const RecordPlace& place : image_.index(Kind::Turn).entries()) {
          arena.clear();
          turns(image_.read(place, arena));
        }
      },
      sink);
}

int64_t FileSnapshot::count(Kind kind) {
  if (kind != Kind::Content) return static_cast<int64_t>(image_.index(kind).entries().size());
  int64_t count = 0;
  scan(kind, {}, [&](Row) { ++count; });
  return count;
}

std::vector<RunCounts> FileSnapshot::runs() {
  std::vector<RunCounts> runs;
  for (const auto& [id, state] : image_.runs()) runs.push_back({id, state.host_id, state.all});
  return runs;
}

std::vector<HostProblems> FileSnapshot::problems() {
  std::map<std::string, HostProblems> by_host;
  for (const auto& [id, state] : image_.runs()) {
    if (state.rejected == 0 && state.unknown == 0) continue;
    HostProblems& host = by_host[state.host_id];
    host.host_id = state.host_id;
    host.rejected_lines += state.rejected;
    host.unknown_facts += state.unknown;
  }
  std::vector<HostProblems> problems;
  for (auto& [id, host] : by_host) problems.push_back(std::move(host));
  return problems;
}

}  // namespace relayburn
