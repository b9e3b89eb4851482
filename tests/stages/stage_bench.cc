// What each stage of an ingest and a report can do by itself, over the logs of $HOME, one thread,
// warm: for scripts/bench. The store is the one that the settings name; it must be empty.
//
//   stage_bench   prints {"name":…,"unit":"…/s","value":…} a line

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json_writer.h"
#include "core/base/line_reader.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/ingest/discover.h"
#include "core/ingest/ingest.h"
#include "core/ledger/ledger.h"

namespace relayburn {
namespace {

class QuietLog : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

// Keeps full batches, as ingest makes them.
class BatchSink : public RecordSink {
 public:
  Batch& batch() override { return *batches.back(); }
  void sighted(std::string_view, OptText, OptText) override {}
  void issue(int64_t, std::string_view) override {}
  void unknown(int64_t, std::string_view) override {}
  void rejected(int64_t, std::string_view) override {}
  void line_read() override {}
  bool is_full() const override { return batches.back()->is_full(IngestOptions().batch_rows); }
  void checkpoint(const Cursor&) override {
    if (is_full()) batches.push_back(std::make_unique<Batch>());
  }

  std::vector<std::unique_ptr<Batch>> batches = [] {
    std::vector<std::unique_ptr<Batch>> first;
    first.push_back(std::make_unique<Batch>());
    return first;
  }();
};

void report(std::string_view stage, std::string_view unit, double amount,
            std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("name").string(stage).key("unit").string(std::string(unit) + "/s");
  json.key("value").integer(static_cast<int64_t>(amount / seconds)).end_object();
  std::puts(line.c_str());
}

template <class Work>
void measure(std::string_view stage, std::string_view unit, double amount, const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  report(stage, unit, amount, std::chrono::steady_clock::now() - begin);
}

void split(const std::vector<FoundLog>& logs) {
  LineBuffer buffer;
  for (const FoundLog& log : logs) {
    const FileHandle file = FileHandle::open(log.now.path, 0);
    LineReader lines(file, log.now.path, 0, log.now.size, buffer);
    Line line;
    while (lines.next(line)) {
    }
  }
}

void parse(const std::vector<FoundLog>& logs, RecordSink& sink) {
  std::map<const Source*, std::unique_ptr<LogReader>> readers;
  for (const FoundLog& log : logs) {
    auto& reader = readers[log.source];
    if (!reader) reader = log.source->reader({});
    Cursor cursor = log.now;
    cursor.parser_version = log.source->parser_version();
    reader->read(cursor, sink);
  }
}

void hash(int count) {
  std::string key(80, 'k');
  for (int i = 0; i < count; ++i) {
    key[static_cast<size_t>(i % 80)] = static_cast<char>(i);
    hash_key(key);
  }
}

void append(Ledger& ledger, const std::vector<std::unique_ptr<Batch>>& batches) {
  for (const auto& batch : batches) ledger.append(*batch);
}

int run() {
  const Environment variable = process_environment();
  const Settings settings = Settings::load({}, variable);
  const std::vector<FoundLog> logs =
      discover_logs(all_sources(), {variable, variable("HOME").value_or("")}).logs;
  double megabytes = 0;
  for (const FoundLog& log : logs) megabytes += static_cast<double>(log.now.size) / 1e6;

  measure("split into lines", "MB", megabytes, [&] { split(logs); });
  BatchSink sink;
  measure("parse into batches", "MB", megabytes, [&] { parse(logs, sink); });
  constexpr int hashes = 1'000'000;
  measure("hash of 80 bytes", "keys", hashes, [&] { hash(hashes); });
  double rows = 0;
  for (const auto& batch : sink.batches) rows += static_cast<double>(batch->row_count());
  measure("sort", "rows", rows, [&] {
    for (const auto& batch : sink.batches) batch->sort();
  });

  QuietLog log;
  Ledger ledger = Ledger::open(settings, log);
  ledger.prepare_to_write();
  const std::string into = ", " + ledger.storage();
  measure("append" + into, "rows", rows, [&] { append(ledger, sink.batches); });
  measure("append again" + into, "rows", rows, [&] { append(ledger, sink.batches); });
  const auto turns = static_cast<double>(ledger.snapshot()->count(Kind::Turn));
  measure("refresh the summary" + into, "turns", turns, [&] { ledger.refresh_summaries(); });
  AggregateQuery query;
  query.group_by = {GroupColumn::Source, GroupColumn::Model, GroupColumn::QuarterHour};
  measure("aggregate" + into, "turns", turns,
          [&] { ledger.snapshot()->aggregate(query, [](Row, const GroupSums&) {}); });
  return 0;
}

}  // namespace
}  // namespace relayburn

int main() {
  try {
    return relayburn::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stage_bench: %s\n", error.what());
    return 1;
  }
}
