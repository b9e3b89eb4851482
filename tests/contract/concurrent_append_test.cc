// Several writers at once: the ledger is what they wrote together, and their counts add up to it.

#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

constexpr int kBatches = 15;
constexpr int kShared = 20;
constexpr int kOwn = 10;

// Records that every writer brings, each in a version of its own, and records of this writer alone.
void fill(Batch& batch, int writer, int number) {
  Random random(static_cast<uint64_t>(writer * 1000 + number));
  for (int i = 0; i < kShared; ++i) {
    Turn shared = turn(kept("shared " + std::to_string(number) + " " + std::to_string(i)));
    shared.revision = 1 + static_cast<int64_t>(random.below(3));
    shared.output = static_cast<int64_t>(random.below(3));
    batch.add(shared);
    batch.add(tool_call(kept(std::to_string(number) + " " + std::to_string(i))));
  }
  for (int i = 0; i < kOwn; ++i)
    batch.add(turn(kept("own " + std::to_string(i)),
                   kept("writer " + std::to_string(writer) + " batch " + std::to_string(number))));
  // The same log in the eyes of two hosts.
  Cursor cursor;
  cursor.source = "codex";
  cursor.path = "/log";
  cursor.offset = number;
  batch.cursors = {cursor};
  batch.sort();
}

std::string host(int writer) { return "host " + std::to_string(writer); }

void write_all(StorageAdapter& ledger, int writer) {
  for (int number = 1; number <= kBatches; ++number) {
    Batch batch;
    batch.run = {"run " + std::to_string(writer), host(writer), number};
    fill(batch, writer, number);
    ledger.append(batch);
  }
}

void check_written_by(StorageAdapter& ledger, int writers) {
  Batch expected;
  for (int writer = 0; writer < writers; ++writer)
    for (int number = 1; number <= kBatches; ++number) fill(expected, writer, number);
  check_holds(ledger, expected);

  const auto snapshot = ledger.snapshot();
  const std::vector<RunCounts> runs = snapshot->runs();
  CHECK(runs.size() == static_cast<size_t>(writers));
  Tallies sums{};
  for (const RunCounts& run : runs) {
    for (const Kind kind : kAllKinds) sums[index_of(kind)] += of(run.tallies, kind);
    const Tally turns = of(run.tallies, Kind::Turn);
    CHECK(turns.inserted + turns.updated + turns.duplicate == kBatches * (kShared + kOwn));
  }
  for (const Kind kind : kAllKinds) CHECK(of(sums, kind).inserted == snapshot->count(kind));
  for (int writer = 0; writer < writers; ++writer) {
    REQUIRE(ledger.cursors(host(writer)).size() == 1);
    CHECK(ledger.cursors(host(writer))[0].offset == kBatches);
  }
}

TEST_CASE("processes that append the same and different records at once") {
  const TestStore store;
  store.create();
  const int writers = backend_under_test().writers();
  const Signal start;
  std::vector<Child> children;
  for (int writer = 0; writer < writers; ++writer)
    children.emplace_back([&, writer] {
      const auto ledger = store.open();
      start.expect();
      write_all(*ledger, writer);
    });
  start.raise(writers);
  for (Child& child : children) CHECK(child.succeeded());
  check_written_by(*store.open(), writers);
}

TEST_CASE("threads that append through one adapter, or each through its own") {
  const TestStore store;
  const auto shared = store.open_migrated();
  const auto own = store.open();
  const std::vector<StorageAdapter*> ledgers = {shared.get(), shared.get(), own.get()};
  std::vector<std::thread> threads;
  for (size_t writer = 0; writer < ledgers.size(); ++writer)
    threads.emplace_back([&, writer] { write_all(*ledgers[writer], static_cast<int>(writer)); });
  for (std::thread& thread : threads) thread.join();
  check_written_by(*store.open(), 3);
  check_written_by(*shared, 3);
}

TEST_CASE("adapters that append in turn see what the others wrote") {
  const TestStore store;
  const auto first = store.open_migrated();
  const auto second = store.open();
  for (int i = 0; i < 6; ++i) {
    const std::string_view id = kept(std::to_string(i));
    CHECK(of(append(i % 2 == 0 ? *first : *second, turn(id)), Kind::Turn) == Tally{1, 0, 0});
    CHECK(of(append(i % 2 == 0 ? *second : *first, turn(id)), Kind::Turn) == Tally{0, 0, 1});
  }
  CHECK(first->snapshot()->count(Kind::Turn) == 6);
  CHECK(second->snapshot()->count(Kind::Turn) == 6);
}

}  // namespace
}  // namespace relayburn
