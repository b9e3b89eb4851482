// The backend's own aggregation, from its turns or from a summary of them, equals core's plain one.

#include <catch2/catch.hpp>
#include <thread>

#include "tests/contract/aggregated_groups.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("a backend aggregates as core does") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Random random(42);
  Batch batch;
  for (const Turn& record : random_turns(random, 500)) batch.add(record);
  batch.sort();
  ledger->append(batch);
  const bool is_refreshed = GENERATE(false, true);
  CAPTURE(is_refreshed);
  if (is_refreshed) ledger->refresh_summaries();
  const auto snapshot = ledger->snapshot();
  SECTION("without groups") {
    CHECK(aggregated(*snapshot, {}) == plainly_aggregated(*snapshot, {}));
    CHECK(aggregated(*snapshot, {}).size() == 1);
  }
  SECTION("by each column alone") {
    for (int column = 0; column < kGroupColumns; ++column) {
      CAPTURE(column);
      AggregateQuery query{.group_by = {static_cast<GroupColumn>(column)}};
      query.span_bounds = query.time_bounds = {Instant{0}, at(0), at(900)};
      query.context_bounds = {1000, 200'000};
      const Groups groups = aggregated(*snapshot, query);
      CHECK(groups == plainly_aggregated(*snapshot, query));
      CHECK(groups.size() > 1);
    }
  }
  SECTION("by any columns, bounds and filters") {
    size_t groups_seen = 0;
    for (int i = 0; i < 120; ++i) {
      CAPTURE(i);
      const AggregateQuery query = random_query(random);
      const Groups groups = aggregated(*snapshot, query);
      CHECK(groups == plainly_aggregated(*snapshot, query));
      groups_seen += groups.size();
    }
    CHECK(groups_seen > 500);
  }
}

TEST_CASE("when a summary is made anew changes no answer") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Random random(7);
  size_t groups_seen = 0;
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    Batch batch;
    for (const Turn& record : random_turns(random, 1 + random.below(30))) batch.add(record);
    batch.sort();
    ledger->append(batch);
    if (random.one_in(3)) ledger->refresh_summaries();
    if (random.one_in(6)) ledger->rebuild_summaries();
    const AggregateQuery query = random_query(random);
    const auto snapshot = ledger->snapshot();
    const Groups groups = aggregated(*snapshot, query);
    CHECK(groups == plainly_aggregated(*snapshot, query));
    groups_seen += groups.size();
  }
  CHECK(groups_seen > 200);
}

TEST_CASE("a turn that leaves its time or its call is counted where it is, and its copies too") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn turn_of_two = turn("m");
  Turn copy = turn("m", "t");
  copy.ts = at(86400);
  append(*ledger, turn_of_two, copy);
  ledger->refresh_summaries();
  const auto quarters = [&] { return groups_by(*ledger, GroupColumn::QuarterHour); };
  REQUIRE(quarters() == Strings{"1966666"});
  turn_of_two.revision = 2;
  SECTION("its time") {
    turn_of_two.ts = at(3600);
    append(*ledger, turn_of_two);
    CHECK(quarters() == Strings{"1966670"});
    ledger->refresh_summaries();
    CHECK(quarters() == Strings{"1966670"});
  }
  SECTION("its call") {
    turn_of_two.call_key = key_of({"another"});
    append(*ledger, turn_of_two);
    CHECK(quarters() == Strings{"1966666", "1966762"});
    ledger->refresh_summaries();
    CHECK(quarters() == Strings{"1966666", "1966762"});
  }
  SECTION("its call, without a time") {
    turn_of_two.ts.reset();
    turn_of_two.call_key = key_of({"another"});
    append(*ledger, turn_of_two);
    CHECK(quarters() == Strings{"1966762", "null"});
    ledger->refresh_summaries();
    CHECK(quarters() == Strings{"1966762", "null"});
  }
}

TEST_CASE("hosts that make the summary anew at once do no harm") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Random random(8);
  for (int round = 0; round < 10; ++round) {
    Batch batch;
    for (const Turn& record : random_turns(random, 50)) batch.add(record);
    batch.sort();
    ledger->append(batch);
    std::vector<std::thread> hosts;
    for (int host = 0; host < 4; ++host)
      hosts.emplace_back([&] { store.open_migrated()->refresh_summaries(); });
    for (std::thread& host : hosts) host.join();
  }
  const auto snapshot = ledger->snapshot();
  CHECK(aggregated(*snapshot, {}) == plainly_aggregated(*snapshot, {}));
}

}  // namespace
}  // namespace relayburn
