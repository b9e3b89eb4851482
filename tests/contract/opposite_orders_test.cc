// Writers that bring the same rows in opposite orders: what deadlocks a store that takes them as
// they come. No error of that reaches anybody.

#include <catch2/catch.hpp>

#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

constexpr int kWriters = 8;
constexpr int kRows = 12;

int rounds() { return are_long_tests() ? 1000 : 30; }

Turn row(int round, int writer, int number) {
  Turn turn = relayburn::turn(kept(std::to_string(round) + " " + std::to_string(number)));
  turn.revision = 1 + (writer * 5 + number) % kWriters;
  turn.output = writer;
  return turn;
}

// Half of the writers upwards, half downwards.
void fill(Batch& batch, int round, int writer) {
  for (int i = 0; i < kRows; ++i) {
    const int number = writer % 2 == 0 ? i : kRows - 1 - i;
    batch.add(row(round, writer, number));
    batch.add(tool_call(kept("call " + std::to_string(number) + " " + std::to_string(round))));
  }
}

TEST_CASE("writers with the same rows in opposite orders do not deadlock") {
  const TestStore store;
  store.create();
  const Signal start;
  std::vector<Child> children;
  for (int writer = 0; writer < kWriters; ++writer)
    children.emplace_back([&, writer] {
      const auto ledger = store.open();
      start.expect();
      for (int round = 1; round <= rounds(); ++round) {
        Batch batch;
        batch.run = {"run " + std::to_string(writer), "host " + std::to_string(writer), round,
                     round - 1};
        fill(batch, round, writer);
        ledger->append(batch);
      }
    });
  start.raise(kWriters);
  for (Child& child : children) CHECK(child.succeeded());

  Batch expected;
  for (int round = 1; round <= rounds(); ++round)
    for (int writer = 0; writer < kWriters; ++writer) fill(expected, round, writer);
  const auto ledger = store.open();
  check_holds(*ledger, expected);
  int64_t inserted = 0;
  for (const RunCounts& run : ledger->snapshot()->runs())
    inserted += of(run.tallies, Kind::Turn).inserted;
  CHECK(inserted == int64_t{kRows} * rounds());
}

}  // namespace
}  // namespace relayburn
