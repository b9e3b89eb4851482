// Many logs, read by several threads: their batches come one at a time, in an order in which no
// cursor is ahead of its records, and what is said of the logs does not depend on who read them.

#include <catch2/catch.hpp>
#include <map>

#include "core/base/error.h"
#include "core/ingest/ingest.h"
#include "core/ingest/log_worker.h"
#include "core/records/described.h"
#include "core/sources/projects.h"
#include "tests/unit/temp_folder.h"

namespace relayburn {
namespace {

constexpr int kLogs = 24;
constexpr int kTurnsOfALog = 400;
constexpr const char* kHost = "host";

std::string log_name(int log) { return "log" + std::to_string(100 + log) + ".jsonl"; }

std::string line(int log, int turn) {
  return R"({"type":"assistant","timestamp":"2026-01-01T00:00:00Z","uuid":"u)" +
         std::to_string(turn) + R"(","sessionId":"s)" + std::to_string(log) +
         R"(","cwd":"/p","message":{"role":"assistant","id":"msg_)" + std::to_string(log) + "_" +
         std::to_string(turn) +
         R"(","model":"claude-opus-4-5","usage":{"input_tokens":1,"output_tokens":2},"content":[{"type":"text","text":")" +
         std::string(400, 'x') + "\"}]}}\n";
}

// More than 4 MiB: below, one thread reads. The first line of each is no JSON.
void write_logs(const TempFolder& folder) {
  for (int log = 0; log < kLogs; ++log) {
    std::string text = "broken\n";
    for (int turn = 0; turn < kTurnsOfALog; ++turn) text += line(log, turn);
    folder.write(log_name(log), text);
  }
}

class Store : public IngestStore {
 public:
  explicit Store(const TempFolder& folder) {
    const std::optional<AnonymousNames> as_they_are;
    Projects projects({}, as_they_are);
    for (int log = 0; log < kLogs; ++log)
      sessions_[ledger_log_id(projects, kHost, folder / log_name(log))] = "s" + std::to_string(log);
  }

  std::vector<Cursor> cursors(std::string_view) override { return {}; }
  Tallies append(const Batch& batch) override {
    if (++appended_ == fails_at) throw Error(ErrorKind::Unavailable, "the store is away");
    CHECK(batch.run.batch_number == appended_);
    CHECK(batch.run.confirmed == appended_ - 1);
    rejected += batch.run.rejected;
    for (size_t i = 0; i < batch.row_count(Kind::Turn); ++i)
      ++turns[std::string(*from_row<Turn>(batch.row(Kind::Turn, i)).session_id)];
    for (const Cursor& cursor : batch.cursors) {
      lines[cursor.path] = cursor.lines;
      // All records before a cursor are in, or come with it.
      CHECK(turns[sessions_.at(cursor.path)] >= cursor.lines - 1);
    }
    Tallies tallies{};
    tallies[index_of(Kind::Turn)].inserted = static_cast<int64_t>(batch.row_count(Kind::Turn));
    return tallies;
  }

  int64_t fails_at = -1;
  int64_t rejected = 0;
  std::map<std::string, int64_t> turns;  // by session
  std::map<std::string, int64_t> lines;  // by the name of the log

 private:
  std::map<std::string, std::string> sessions_;  // by the name of the log
  int64_t appended_ = 0;
};

IngestOptions options_for(const TempFolder& folder) {
  IngestOptions options;
  options.sources = {find_source("claude-code")};
  options.paths = {folder.path()};
  options.batch_rows = 700;
  options.host_id = kHost;
  return options;
}

TEST_CASE("many logs are read whole, each once") {
  const TempFolder folder;
  write_logs(folder);
  Store store(folder);
  IngestSummary summary;
  ingest(options_for(folder), store, summary);
  CHECK(summary.files.read == kLogs);
  CHECK(summary.lines_read == kLogs * (kTurnsOfALog + 1));
  CHECK(summary.tallies[index_of(Kind::Turn)].inserted == kLogs * kTurnsOfALog);
  CHECK(summary.lines_rejected == kLogs);
  CHECK(store.rejected == kLogs);
  CHECK(store.turns.size() == kLogs);
  CHECK(store.lines.size() == kLogs);
  for (const auto& [path, lines] : store.lines) CHECK(lines == kTurnsOfALog + 1);
}

TEST_CASE("what is wrong with logs is told in their order") {
  const TempFolder folder;
  write_logs(folder);
  Store store(folder);
  IngestSummary summary;
  ingest(options_for(folder), store, summary);
  REQUIRE(summary.issues.size() == kLogs);
  for (size_t i = 0; i < summary.issues.size(); ++i)
    CHECK(summary.issues[i].path == folder / log_name(static_cast<int>(i)));
}

TEST_CASE("a store that fails ends the run, which tells what was appended before") {
  const TempFolder folder;
  write_logs(folder);
  Store store(folder);
  store.fails_at = 4;
  IngestSummary summary;
  CHECK_THROWS_AS(ingest(options_for(folder), store, summary), Error);
  int64_t appended = 0;
  for (const auto& [session, turns] : store.turns) appended += turns;
  CHECK(appended > 0);
  CHECK(summary.tallies[index_of(Kind::Turn)].inserted == appended);
}

}  // namespace
}  // namespace relayburn
