// A snapshot is one unchanging state, however long it is held and whoever writes meanwhile.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

#include "core/ledger/export.h"
#include "core/records/described.h"
#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

constexpr int kRowsABatch = 20;

// Batches that hold as many turns as tool calls and content, and repair one turn of the batch
// before.
[[noreturn]] void write_for_ever(const TestStore& store, const Signal& appended) {
  const auto ledger = store.open();
  Batch batch;
  batch.run = {"run", "host", 1};
  while (true) {
    for (int i = 0; i < kRowsABatch; ++i) {
      const std::string_view id = kept(std::to_string(batch.run.batch_number * kRowsABatch + i));
      batch.add(turn(id));
      batch.add(tool_call(id));
      batch.add(content(id));
    }
    Turn repaired = turn("repaired");
    repaired.revision = repaired.output = batch.run.batch_number;
    batch.add(repaired);
    batch.sort();
    ledger->append(batch);
    batch.clear();
    appended.raise();
    usleep(1000);  // or the ledger grows beyond what the reader digests in time
  }
}

AggregateQuery by_message() { return {.group_by = {GroupColumn::Message}}; }

// Every question about a snapshot, whose answers must fit together and stay the same.
struct Answers {
  std::string digest;
  int64_t turns = 0;
  int64_t aggregated_turns = 0;
  int64_t repaired_output = 0;
  Tally run;

  explicit Answers(Snapshot& snapshot) {
    turns = snapshot.count(Kind::Turn);
    snapshot.aggregate(by_message(), [&](Row cells, const GroupSums& sums) {
      aggregated_turns += sums.turns;
      if (cells[0].text() == "repaired") repaired_output = sums.output;
    });
    CHECK(turns == aggregated_turns);
    CHECK(turns == snapshot.count(Kind::ToolCall) + 1);
    CHECK(turns == snapshot.count(Kind::Content) + 1);
    CHECK(turns == repaired_output * kRowsABatch + 1);
    for (const RunCounts& counts : snapshot.runs()) run = of(counts.tallies, Kind::Turn);
    CHECK(run.inserted == turns);
    digest = export_digest(snapshot, true);
    CHECK(turns == static_cast<int64_t>(message_ids(snapshot).size()));
  }
};

TEST_CASE("a snapshot sees one state while another process writes") {
  const TestStore store;
  store.create();
  const Signal appended;
  Child writer([&] { write_for_ever(store, appended); });
  REQUIRE(appended.wait());
  const auto ledger = store.open();
  int64_t turns_before = 0;
  for (int round = 0; round < 6; ++round) {
    const auto snapshot = ledger->snapshot();
    const Answers first(*snapshot);
    // Whoever holds a snapshot holds up no writer. The first of two appends may have been in it.
    appended.taken();
    REQUIRE(appended.wait());
    REQUIRE(appended.wait());
    const Answers second(*snapshot);
    CHECK(first.digest == second.digest);
    CHECK(first.run == second.run);
    CHECK(first.turns > turns_before);
    turns_before = first.turns;
  }
}

TEST_CASE("a snapshot does not see what is appended after it, repairs included") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const auto other = store.open();
  append(*ledger, turn("m"), content("block"));
  const auto snapshot = ledger->snapshot();
  Turn greater = turn("m");
  greater.revision = 2;
  greater.model = "other";
  append(*ledger, greater, turn("n"));
  append(*other, turn("o"), tool_call("t"));
  CHECK(scan_texts(*snapshot, Kind::Turn, "model") == Strings{"claude-opus-4-5"});
  CHECK(snapshot->count(Kind::ToolCall) == 0);
  int64_t counted = 0;
  snapshot->aggregate({}, [&](Row, const GroupSums& sums) { counted = sums.turns; });
  CHECK(counted == 1);
  CHECK(message_ids(*ledger->snapshot()) == Strings{"m", "n", "o"});
}

TEST_CASE("a scan does not see what its own sink appends") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (int i = 0; i < 20; ++i) append(*ledger, turn(kept(std::to_string(i))));
  int seen = 0;
  ledger->snapshot()->scan(Kind::Turn, {}, [&](Row row) {
    const auto read = from_row<Turn>(row);
    CHECK(read.revision == 1);
    const std::string_view again = kept(std::string(read.message_id));
    append(*ledger, turn(kept("new " + std::to_string(++seen))));
    Turn repaired = turn(again);
    repaired.revision = 2;
    append(*ledger, repaired);
  });
  CHECK(seen == 20);
  CHECK(ledger->snapshot()->count(Kind::Turn) == 40);
}

TEST_CASE("snapshots of several times stand side by side") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  std::vector<std::unique_ptr<Snapshot>> snapshots;
  for (int i = 0; i < 5; ++i) {
    snapshots.push_back(ledger->snapshot());
    append(*ledger, turn(kept(std::to_string(i))));
  }
  for (size_t i = 0; i < snapshots.size(); ++i) {
    CHECK(snapshots[i]->count(Kind::Turn) == static_cast<int64_t>(i));
    CHECK(message_ids(*snapshots[i]).size() == i);
  }
}

TEST_CASE("a snapshot sees every batch that was appended before it, by whichever adapter") {
  const TestStore store;
  const auto writer = store.open_migrated();
  const auto reader = store.open();
  for (int i = 0; i < 20; ++i) {
    append(*writer, turn(kept(std::to_string(i))));
    CHECK(reader->snapshot()->count(Kind::Turn) == i + 1);
  }
}

TEST_CASE("threads read through one adapter while others write") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("first"));
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i)
      append(*ledger, turn(kept(std::to_string(i))), tool_call(kept(std::to_string(i))));
  });
  // Catch's checks are for one thread only.
  int uneven = 0;
  std::vector<std::thread> readers;
  std::mutex mutex;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      for (int round = 0; round < 15; ++round) {
        const auto snapshot = ledger->snapshot();
        const int64_t calls = snapshot->count(Kind::ToolCall);
        const bool is_even = snapshot->count(Kind::Turn) == calls + 1 &&
                             message_ids(*snapshot).size() == static_cast<size_t>(calls + 1);
        const std::lock_guard guard(mutex);
        uneven += is_even ? 0 : 1;
      }
    });
  for (std::thread& reader : readers) reader.join();
  writer.join();
  CHECK(uneven == 0);
  CHECK(ledger->snapshot()->count(Kind::Turn) == 41);
}

}  // namespace
}  // namespace relayburn
