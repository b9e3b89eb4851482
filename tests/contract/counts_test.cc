// Counts are true: what a run brought is kept with it, and a batch that is sent again counts once.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

std::vector<RunCounts> runs_by_id(StorageAdapter& ledger) {
  std::vector<RunCounts> runs = ledger.snapshot()->runs();
  std::sort(runs.begin(), runs.end(),
            [](const RunCounts& a, const RunCounts& b) { return a.run_id < b.run_id; });
  return runs;
}

// Of a single run in the ledger.
Tally run_tally(StorageAdapter& ledger, Kind kind) {
  const std::vector<RunCounts> runs = ledger.snapshot()->runs();
  REQUIRE(runs.size() == 1);
  return of(runs[0].tallies, kind);
}

template <class... Records>
Tallies append_in(StorageAdapter& ledger, const RunMark& mark, const Records&... records) {
  Batch batch;
  batch.run = mark;
  (batch.add(records), ...);
  return ledger.append(batch);
}

TEST_CASE("the counts of a run are kept by kind") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn greater = turn("m");
  greater.revision = 2;
  append_in(*ledger, {"run", "host", 1}, turn("m"), turn("n"), tool_call("t"), tool_call("t"));
  append_in(*ledger, {"run", "host", 2}, greater, turn("n"), turn("o"));
  const std::vector<RunCounts> runs = runs_by_id(*store.open());
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].run_id == "run");
  CHECK(runs[0].host_id == "host");
  for (const Kind kind : kAllKinds) {
    INFO(describe(kind).name);
    const Tally expected = kind == Kind::Turn       ? Tally{3, 1, 1}
                           : kind == Kind::ToolCall ? Tally{1, 0, 1}
                                                    : Tally{};
    CHECK(of(runs[0].tallies, kind) == expected);
  }
}

TEST_CASE("each run has its own counts") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run b", "host 2", 1}, turn("m"));
  append_in(*ledger, {"run a", "host 1", 1}, turn("m"), turn("n"));
  append_in(*ledger, {"run b", "host 2", 2}, turn("n"));
  const std::vector<RunCounts> runs = runs_by_id(*ledger);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].host_id == "host 1");
  CHECK(of(runs[0].tallies, Kind::Turn) == Tally{1, 0, 1});
  CHECK(runs[1].host_id == "host 2");
  CHECK(of(runs[1].tallies, Kind::Turn) == Tally{1, 0, 1});
}

TEST_CASE("rejected lines and unknown facts are kept with the run, and add up by host") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(store.open()->snapshot()->problems().empty());
  const auto append_rejecting = [&](const char* run, const char* host, int64_t batch,
                                    int64_t rejected) {
    RunMark mark{run, host, batch};
    mark.rejected = rejected;
    mark.unknown = 2 * rejected;
    append_in(*ledger, mark, turn("m"));
  };
  append_rejecting("run a", "host 2", 1, 3);
  append_rejecting("run a", "host 2", 1, 3);  // sent again after a lost answer
  append_rejecting("run a", "host 2", 2, 4);
  append_rejecting("run b", "host 1", 1, 5);
  append_rejecting("run c", "host 1", 1, 6);
  append_rejecting("run d", "host 3", 1, 0);
  const std::vector<HostProblems> problems = store.open()->snapshot()->problems();
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].host_id == "host 1");
  CHECK(problems[0].rejected_lines == 11);
  CHECK(problems[0].unknown_facts == 22);
  CHECK(problems[1].host_id == "host 2");
  CHECK(problems[1].rejected_lines == 7);
  CHECK(problems[1].unknown_facts == 14);
}

TEST_CASE("a batch of no run is not counted") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  append_in(*ledger, {"", "host", 1}, turn("n"));
  CHECK(of(append_in(*ledger, {"", "host", 1}, turn("o")), Kind::Turn) == Tally{1, 0, 0});
  CHECK(ledger->snapshot()->runs().empty());
}

TEST_CASE("a batch that is sent again changes nothing and gives the counts of the first time") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  Turn greater = turn("m");
  greater.revision = 2;
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.add(greater);
  batch.add(turn("n"));
  batch.add(turn("n"));
  batch.add(tool_call("t"));
  const Tallies first = ledger->append(batch);
  CHECK(of(first, Kind::Turn) == Tally{1, 1, 1});
  const std::string before = digest(*ledger);
  // By the same adapter, by one that was open already, and by a new one.
  const auto reopened = store.open();
  for (StorageAdapter* adapter : {ledger.get(), reopened.get(), ledger.get()})
    CHECK(adapter->append(batch) == first);
  CHECK(digest(*ledger) == before);
  CHECK(run_tally(*ledger, Kind::Turn) == Tally{1, 1, 1});
}

TEST_CASE("a batch is known by its number, not by what is in it") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run", "host", 1}, turn("m"));
  CHECK(of(append_in(*ledger, {"run", "host", 1}, turn("n"), turn("o")), Kind::Turn) ==
        Tally{1, 0, 0});
  CHECK(message_ids(*ledger->snapshot()) == std::vector<std::string>{"m"});
  CHECK(of(append_in(*ledger, {"run", "host", 2}, turn("n")), Kind::Turn) == Tally{1, 0, 0});
  CHECK(of(append_in(*ledger, {"other run", "host", 1}, turn("n"), turn("o")), Kind::Turn) ==
        Tally{1, 0, 1});
}

TEST_CASE("a batch before the last one changes nothing either") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run", "host", 1}, turn("m"));
  append_in(*ledger, {"run", "host", 2}, turn("n"), turn("o"));
  append_in(*ledger, {"run", "host", 1}, turn("p"));
  CHECK(message_ids(*ledger->snapshot()) == std::vector<std::string>{"m", "n", "o"});
  CHECK(run_tally(*ledger, Kind::Turn) == Tally{3, 0, 0});
}

TEST_CASE("the counts of the first time are those of the batch, not of the run") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run", "host", 1}, turn("m"), turn("n"));
  append_in(*ledger, {"run", "host", 2}, turn("n"), turn("o"));
  CHECK(of(append_in(*ledger, {"run", "host", 2}, turn("n"), turn("o")), Kind::Turn) ==
        Tally{1, 0, 1});
  CHECK(run_tally(*ledger, Kind::Turn) == Tally{3, 0, 1});
}

TEST_CASE("numbers of batches may leave some out") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run", "host", 5}, turn("m"));
  CHECK(of(append_in(*ledger, {"run", "host", 9}, turn("n")), Kind::Turn) == Tally{1, 0, 0});
  CHECK(run_tally(*ledger, Kind::Turn) == Tally{2, 0, 0});
}

// What is left of a ledger that was restored, made anew, or has lost commits, amid a run.
TEST_CASE("a batch is refused where the ledger has lost what it confirmed of the run") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const TestStore made_anew;
  const auto other = made_anew.open_migrated();
  Batch batch;
  batch.run = {"run", "host", 1};
  for (const std::string_view id : {"m", "n"}) {
    batch.add(turn(id));
    ledger->append(batch);
    batch.clear();
  }
  batch.add(turn("o"));
  batch.cursors.push_back({.source = "codex", .path = "/log"});
  CHECK(is_refused(*other, batch));
  // One batch of two is not enough either.
  append_in(*other, {"run", "host", 1}, turn("m"));
  CHECK(is_refused(*other, batch));
  CHECK(message_ids(*other->snapshot()) == std::vector<std::string>{"m"});
  CHECK(other->cursors("host").empty());
  CHECK(of(ledger->append(batch), Kind::Turn) == Tally{1, 0, 0});
}

TEST_CASE("a run that changed nothing is known too") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append_in(*ledger, {"run", "host", 1});
  CHECK(run_tally(*ledger, Kind::Turn) == Tally());
}

}  // namespace
}  // namespace relayburn
