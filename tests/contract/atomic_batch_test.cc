// A batch is in the ledger whole or not at all, with its cursors and counts, whenever its writer
// dies.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

constexpr int kRowsABatch = 300;

// Big enough that a writer is nearly always killed inside of an append. Every record of it has the
// session that names run and batch.
void fill(Batch& batch) {
  const std::string_view session =
      kept(batch.run.run_id + " " + std::to_string(batch.run.batch_number));
  for (int i = 0; i < kRowsABatch; ++i) {
    const std::string_view id = kept(std::to_string(i));
    batch.add(turn(id, session));
    batch.add(tool_call(id, session));
    batch.add(content(id, session));
  }
  Cursor cursor;
  cursor.source = "codex";
  cursor.path = "/log";
  cursor.offset = batch.run.batch_number;
  batch.cursors = {cursor};
  batch.sort();
}

[[noreturn]] void append_for_ever(const TestStore& store, const std::string& run,
                                  const Signal& appended) {
  const auto ledger = store.open();
  Batch batch;
  batch.run = {run, run + "'s host", 1};
  while (true) {
    fill(batch);
    ledger->append(batch);
    appended.raise();
    batch.clear();
  }
}

std::map<std::string, int> rows_by_session(Snapshot& snapshot, Kind kind) {
  std::map<std::string, int> rows;
  const size_t session = describe(kind).session;
  snapshot.scan(kind, {}, [&](Row row) { ++rows[std::string(row[session].text())]; });
  return rows;
}

// How many batches of the run are there, all of them whole.
int64_t whole_batches(Snapshot& snapshot, const std::string& run) {
  std::map<std::string, int> rows = rows_by_session(snapshot, Kind::Turn);
  for (const Kind kind : {Kind::ToolCall, Kind::Content})
    CHECK(rows_by_session(snapshot, kind) == rows);
  int64_t number = 0;
  while (rows.count(run + " " + std::to_string(number + 1)) > 0)
    CHECK(rows[run + " " + std::to_string(++number)] == kRowsABatch);
  return number;
}

// A cursor never goes before the records that it speaks of, and what the writer was told to be
// appended has its cursor.
void check_run(StorageAdapter& ledger, const std::string& run, int64_t batches,
               int64_t acknowledged) {
  const std::vector<Cursor> cursors = ledger.cursors(run + "'s host");
  REQUIRE(cursors.size() <= 1);
  const int64_t offset = cursors.empty() ? 0 : cursors[0].offset;
  CHECK(offset <= batches);
  CHECK(offset >= (backend_under_test().has_cursors_in_its_batches() ? batches : acknowledged));
  int64_t inserted = 0;
  for (const RunCounts& counts : ledger.snapshot()->runs())
    if (counts.run_id == run) inserted = of(counts.tallies, Kind::Turn).inserted;
  CHECK(inserted == batches * kRowsABatch);
}

// A server may still be at the last batch of a writer that was killed.
void wait_until_quiet(StorageAdapter& ledger) {
  const auto rows = [&] { return ledger.snapshot()->count(Kind::Turn); };
  for (int64_t before = -1; before != rows(); usleep(50'000)) before = rows();
}

void check_counts_are_rows(Snapshot& snapshot) {
  Tallies sums{};
  for (const RunCounts& run : snapshot.runs())
    for (const Kind kind : kAllKinds) sums[index_of(kind)] += of(run.tallies, kind);
  for (const Kind kind : kAllKinds) CHECK(of(sums, kind).inserted == snapshot.count(kind));
}

TEST_CASE("a writer that is killed leaves whole batches") {
  const TestStore store;
  store.create();
  Random random(std::random_device{}());
  for (int round = 0; round < 12; ++round) {
    const std::string run = "run " + std::to_string(round);
    const Signal appended;
    Child writer([&] { append_for_ever(store, run, appended); });
    REQUIRE(appended.wait());
    usleep(static_cast<useconds_t>(random.below(20'000)));
    writer.kill();
    // What it was told to be appended must be there; one more may be.
    const int64_t acknowledged = 1 + appended.taken();

    const auto ledger = store.open();
    wait_until_quiet(*ledger);
    const auto snapshot = ledger->snapshot();
    const int64_t batches = whole_batches(*snapshot, run);
    CHECK(batches >= acknowledged);
    CHECK(batches <= acknowledged + 1);
    CHECK(snapshot->count(Kind::Turn) == snapshot->count(Kind::Content));
    check_run(*ledger, run, batches, acknowledged);
    check_counts_are_rows(*snapshot);
  }
}

TEST_CASE("a writer that is killed in its first batch leaves nothing of it") {
  for (int round = 0; round < 6; ++round) {
    const TestStore store;
    store.create();
    const Signal is_ready, appended;
    Child writer([&] {
      is_ready.raise();
      append_for_ever(store, "run", appended);
    });
    REQUIRE(is_ready.wait());
    usleep(static_cast<useconds_t>(round) * 1500);
    writer.kill();
    const int64_t acknowledged = appended.taken();
    const auto ledger = store.open();
    wait_until_quiet(*ledger);
    const int64_t batches = whole_batches(*ledger->snapshot(), "run");
    check_run(*ledger, "run", batches, acknowledged);
    CHECK(ledger->snapshot()->count(Kind::Turn) == batches * kRowsABatch);
    check_counts_are_rows(*ledger->snapshot());
  }
}

TEST_CASE("whoever comes after a killed writer sends its last batch again and completes it") {
  const TestStore store;
  store.create();
  const Signal appended;
  Child writer([&] { append_for_ever(store, "run", appended); });
  REQUIRE(appended.wait());
  usleep(7000);
  writer.kill();
  const auto ledger = store.open();
  wait_until_quiet(*ledger);
  const int64_t there = whole_batches(*ledger->snapshot(), "run");
  Batch batch;
  for (int64_t number = there; number <= there + 1; ++number) {
    batch.clear();
    batch.run = {"run", "run's host", number};
    fill(batch);
    CHECK(of(ledger->append(batch), Kind::Turn) == Tally{kRowsABatch, 0, 0});
  }
  CHECK(whole_batches(*ledger->snapshot(), "run") == there + 1);
  check_run(*ledger, "run", there + 1, there + 1);
  check_counts_are_rows(*ledger->snapshot());
}

}  // namespace
}  // namespace relayburn
