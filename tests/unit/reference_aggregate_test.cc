#include "core/storage/reference_aggregate.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/base/sha256.h"
#include "core/records/described.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

constexpr int64_t kQuarter = int64_t{900} * 1'000'000;

// One of several copies of one call. `id` tells them apart, and is the message that comes out.
Turn copy(std::string_view id, int64_t revision = 1, std::optional<int64_t> us = 100) {
  Turn turn;
  turn.id.bytes.fill(static_cast<uint8_t>(id[0]));
  turn.message_id = id;
  turn.call_key = hash_key("call");
  turn.revision = revision;
  if (us) turn.ts = Instant{*us};
  turn.session_id = "s";
  turn.input = 1;
  return turn;
}

TurnScan scan_of(const std::vector<Turn>& turns) {
  return [&turns](const RowSink& sink) {
    for (const Turn& turn : turns) {
      std::array<Cell, kFieldCount<Turn>> cells;
      to_cells(turn, cells.data());
      sink(cells);
    }
  };
}

// Which copy is chosen; asked in both orders.
std::string chosen(std::vector<Turn> turns, const ScanFilter& filter = {}) {
  std::string first;
  for (int round = 0; round < 2; ++round) {
    std::string found;
    AggregateQuery query;
    query.group_by = {GroupColumn::Message};
    query.filter = filter;
    reference_aggregate(query, scan_of(turns), [&](Row cells, const GroupSums& sums) {
      CHECK(sums.turns == 1);
      found += cells[0].text();
    });
    if (round == 0) first = found;
    CHECK(found == first);
    std::reverse(turns.begin(), turns.end());
  }
  return first;
}

Turn with(Turn turn, bool is_sidechain, bool is_fork, OptText session = "s") {
  turn.is_sidechain = is_sidechain;
  turn.is_fork = is_fork;
  turn.session_id = session;
  return turn;
}

TEST_CASE("of the copies of a call the greatest revision is canonical", "[reference_aggregate]") {
  CHECK(chosen({copy("a", 1, 1), copy("b", 2, 9)}) == "b");
  CHECK(chosen({with(copy("b", 2), true, true, "z"), with(copy("a", 1), false, false, "a")}) ==
        "b");
}

TEST_CASE("then the earlier time, and none is the latest", "[reference_aggregate]") {
  CHECK(chosen({copy("a", 1, 9), copy("b", 1, 8)}) == "b");
  CHECK(chosen({copy("a", 1, std::nullopt), copy("b", 1, 8)}) == "b");
  CHECK(chosen({with(copy("b", 1, 8), true, true, "z"),
                with(copy("a", 1, 9), false, false, "a")}) == "b");
}

TEST_CASE("then the main thread", "[reference_aggregate]") {
  CHECK(chosen({with(copy("a"), true, false, "a"), with(copy("b"), false, true, "z")}) == "b");
}

TEST_CASE("then the one without a fork marker", "[reference_aggregate]") {
  CHECK(chosen({with(copy("a"), false, true, "a"), with(copy("b"), false, false, "z")}) == "b");
  CHECK(chosen({with(copy("a"), true, true, "a"), with(copy("b"), true, false, "z")}) == "b");
}

TEST_CASE("then the bytewise smallest session", "[reference_aggregate]") {
  CHECK(chosen({with(copy("a"), false, false, "b"), with(copy("b"), false, false, "a")}) == "b");
  CHECK(chosen({with(copy("a"), false, false, "a"), with(copy("b"), false, false, "B")}) == "b");
  CHECK(chosen({with(copy("a"), false, false, "\xc3\xa9"), with(copy("b"), false, false, "z")}) ==
        "b");
  CHECK(chosen({with(copy("a"), false, false, "a"), with(copy("b"), false, false, {})}) == "b");
}

TEST_CASE("then the smallest key", "[reference_aggregate]") {
  CHECK(chosen({copy("b"), copy("a"), copy("c")}) == "a");
  CHECK(chosen({copy("\xc3"), copy("z")}) == "z");
}

TEST_CASE("what is void counts nowhere", "[reference_aggregate]") {
  Turn rejected = copy("a", 9);
  rejected.is_void = true;
  CHECK(chosen({rejected, copy("b", 1)}) == "b");
  CHECK(chosen({rejected}).empty());
}

ScanFilter within(std::optional<int64_t> since, std::optional<int64_t> until) {
  ScanFilter filter;
  if (since) filter.since = Instant{*since};
  if (until) filter.until = Instant{*until};
  return filter;
}

TEST_CASE("filters come after the choice", "[reference_aggregate]") {
  const std::vector<Turn> turns = {with(copy("a", 2, 50), false, false, "first"),
                                   with(copy("b", 1, 10), false, false, "other")};
  ScanFilter filter;
  filter.session_id = "first";
  CHECK(chosen(turns, filter) == "a");
  filter.session_id = "other";
  CHECK(chosen(turns, filter).empty());
  CHECK(chosen(turns, within({}, 20)).empty());
  filter = {};
  filter.source = "codex";
  CHECK(chosen(turns, filter).empty());
}

TEST_CASE("since is inclusive, until is not, and no time is outside", "[reference_aggregate]") {
  CHECK(chosen({copy("a", 1, 10)}, within(10, {})) == "a");
  CHECK(chosen({copy("a", 1, 10)}, within(11, {})).empty());
  CHECK(chosen({copy("a", 1, 10)}, within({}, 11)) == "a");
  CHECK(chosen({copy("a", 1, 10)}, within({}, 10)).empty());
  CHECK(chosen({copy("a", 1, std::nullopt)}, within(INT64_MIN, {})).empty());
  CHECK(chosen({copy("a", 1, std::nullopt)}, within({}, INT64_MAX)).empty());
  CHECK(chosen({copy("a", 1, std::nullopt)}) == "a");
}

// The one group's one cell.
Cell cell_of(const Turn& turn, GroupColumn column, const AggregateQuery& bounds = {}) {
  AggregateQuery query = bounds;
  query.group_by = {column};
  Cell found;
  reference_aggregate(query, scan_of({turn}),
                      [&](Row cells, const GroupSums&) { found = cells[0]; });
  return found;
}

TEST_CASE("a turn knows which bounds are at or before it", "[reference_aggregate]") {
  AggregateQuery query;
  query.span_bounds = query.time_bounds = {Instant{10}, Instant{20}};
  for (const GroupColumn column : {GroupColumn::PriceSpanIndex, GroupColumn::TimeBoundIndex}) {
    const auto side = [&](std::optional<int64_t> us) {
      return cell_of(copy("a", 1, us), column, query).integer();
    };
    CHECK(side(9) == 0);
    CHECK(side(10) == 1);
    CHECK(side(19) == 1);
    CHECK(side(20) == 2);
    CHECK_FALSE(cell_of(copy("a", 1, std::nullopt), column, query).is_null());
    CHECK(side(std::nullopt) == 0);
  }
}

TEST_CASE("a context exceeds a bound, or does not", "[reference_aggregate]") {
  AggregateQuery query;
  query.context_bounds = {100, 200};
  const auto side = [&](const Turn& turn) {
    return cell_of(turn, GroupColumn::ContextTierIndex, query).integer();
  };
  Turn turn = copy("a");
  turn.input = 97;
  turn.cache_read = turn.cache_create_5m = turn.cache_create_1h = 1;
  turn.output = 1000;
  CHECK(side(turn) == 0);
  ++turn.cache_read;
  CHECK(side(turn) == 1);
  turn.context_tokens = 201;
  CHECK(side(turn) == 2);
  turn.context_tokens = 0;
  CHECK(side(turn) == 0);
}

TEST_CASE("quarters of an hour are cut downwards", "[reference_aggregate]") {
  const auto quarter = [](std::optional<int64_t> us) {
    return cell_of(copy("a", 1, us), GroupColumn::QuarterHour);
  };
  CHECK(quarter(0).integer() == 0);
  CHECK(quarter(kQuarter - 1).integer() == 0);
  CHECK(quarter(kQuarter).integer() == 1);
  CHECK(quarter(-1).integer() == -1);
  CHECK(quarter(-kQuarter).integer() == -1);
  CHECK(quarter(-kQuarter - 1).integer() == -2);
  CHECK(quarter(std::nullopt).is_null());
}

TEST_CASE("groups sum every count, and keep null and empty apart", "[reference_aggregate]") {
  std::vector<Turn> turns;
  for (int i = 0; i < 6; ++i) {
    Turn turn = copy(std::string_view("abcdef").substr(static_cast<size_t>(i), 1));
    turn.call_key = turn.id;
    turn.output = turn.reasoning = turn.cache_read = turn.cache_create_5m = 2;
    turn.cache_create_1h = turn.web_search_requests = 3;
    turn.output_is_lower_bound = i % 2 == 0;
    if (i % 3 == 0) turn.model = "";
    if (i % 3 == 1) turn.model = "m";
    turns.push_back(turn);
  }
  AggregateQuery query;
  query.group_by = {GroupColumn::Model};
  GroupSums expected;
  expected.turns = expected.input = 2;
  expected.output = expected.reasoning = expected.cache_read = expected.cache_create_5m = 4;
  expected.cache_create_1h = expected.web_search_requests = 6;
  expected.lower_bound_turns = 1;
  std::vector<std::string> groups;
  reference_aggregate(query, scan_of(turns), [&](Row cells, const GroupSums& sums) {
    CHECK(sums == expected);
    groups.push_back(cells[0].is_null() ? "null" : "'" + std::string(cells[0].text()) + "'");
  });
  std::sort(groups.begin(), groups.end());
  CHECK(groups == std::vector<std::string>{"''", "'m'", "null"});
}

}  // namespace
}  // namespace relayburn
