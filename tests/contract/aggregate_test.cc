// Which copy of a call is counted (LEDGER.md 3), and what it is grouped by.

#include <catch2/catch.hpp>

#include "tests/contract/aggregated_groups.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

// Two copies of one call, told apart by their branch.
struct Copies {
  Turn canonical = turn("m", "s");
  Turn other = turn("m", "t");

  Copies() {
    canonical.branch = "canonical";
    other.branch = "other";
  }
};

void check_canonical(const Copies& copies) {
  const TestStore store;
  const auto ledger = store.open_migrated();
  REQUIRE(copies.canonical.call_key == copies.other.call_key);
  REQUIRE(copies.canonical.id != copies.other.id);
  append(*ledger, copies.other);
  append(*ledger, copies.canonical);
  CHECK(groups_by(*ledger, GroupColumn::Branch) == Strings{"'canonical'"});
  CHECK(aggregated(*ledger->snapshot(), {}) == Groups{{"", "1 3 5 0 0 0 0 0 0 "}});
}

TEST_CASE("of the copies of a call the greatest revision is counted") {
  Copies copies;
  copies.canonical.revision = 2;
  copies.canonical.ts = at(9);
  copies.canonical.is_sidechain = true;
  check_canonical(copies);
}

TEST_CASE("of equal revisions the earlier copy is counted") {
  Copies copies;
  copies.other.ts = at(1);
  copies.canonical.is_sidechain = true;
  check_canonical(copies);
}

TEST_CASE("a copy without a time comes after those that have one") {
  Copies copies;
  copies.other.ts.reset();
  copies.canonical.ts = at(1'000'000);
  check_canonical(copies);
}

TEST_CASE("at equal times the main thread comes before a sidechain") {
  Copies copies;
  copies.other.is_sidechain = true;
  copies.canonical.is_fork = true;
  check_canonical(copies);
}

TEST_CASE("then the copy without a fork marker comes first") {
  Copies copies;
  copies.canonical = turn("m", "z");
  copies.canonical.branch = "canonical";
  copies.other.is_fork = true;
  check_canonical(copies);
}

TEST_CASE("then the smallest session, bytewise") {
  Copies copies;
  const auto sessions = GENERATE(values<std::pair<OptText, OptText>>(
      {{"s", "t"}, {"S", "s"}, {"s", "s "}, {"z", "ä"}, {"", "s"}, {std::nullopt, "s"}}));
  copies.canonical.session_id = sessions.first;
  copies.other.session_id = sessions.second;
  copies.canonical = with_key(copies.canonical);
  copies.other = with_key(copies.other);
  check_canonical(copies);
}

TEST_CASE("then the smallest key, bytewise") {
  Copies copies;
  copies.other.session_id = copies.canonical.session_id;
  copies.canonical.id.bytes[0] = 0x7f;
  copies.other.id.bytes[0] = 0x80;
  check_canonical(copies);
}

TEST_CASE("a void copy is never counted and never stands before another") {
  Copies copies;
  copies.other.revision = 9;
  copies.other.is_void = true;
  check_canonical(copies);
}

TEST_CASE("a call of which every copy is void is not counted") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Copies copies;
  copies.other.is_void = copies.canonical.is_void = true;
  append(*ledger, copies.canonical, copies.other);
  CHECK(aggregated(*ledger->snapshot(), {}).empty());
}

TEST_CASE("a later copy becomes canonical, in a batch of its own too") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const bool is_refreshed = GENERATE(false, true);
  CAPTURE(is_refreshed);
  const auto append = [&](StorageAdapter& to, const Turn& record) {
    relayburn::append(to, record);
    if (is_refreshed) to.refresh_summaries();
  };
  Copies copies;
  append(*ledger, copies.other);
  CHECK(groups_by(*ledger, GroupColumn::Branch) == Strings{"'other'"});
  append(*ledger, copies.canonical);
  CHECK(groups_by(*ledger, GroupColumn::Branch) == Strings{"'canonical'"});
  copies.other.revision = 2;
  append(*ledger, copies.other);
  CHECK(groups_by(*ledger, GroupColumn::Branch) == Strings{"'other'"});
  copies.other.revision = 3;
  copies.other.is_void = true;
  append(*ledger, copies.other);
  CHECK(groups_by(*ledger, GroupColumn::Branch) == Strings{"'canonical'"});
}

TEST_CASE("the copy is chosen over the whole ledger, filters come after") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m", "s"), turn("m", "t"), turn("n", "t"));
  const AggregateQuery by_message{.group_by = {GroupColumn::Message},
                                  .filter = {.session_id = "t"}};
  CHECK(groups_by(*ledger, by_message) == Strings{"'n'"});
}

TEST_CASE("distinct calls of equal time, model and usage are all counted") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m1"), turn("m2"), turn("m3"));
  const AggregateQuery by_model{.group_by = {GroupColumn::Model, GroupColumn::QuarterHour}};
  CHECK(aggregated(*ledger->snapshot(), by_model) ==
        Groups{{"'claude-opus-4-5', 1966666", "3 9 15 0 0 0 0 0 0 "}});
}

TEST_CASE("every token class is summed on its own") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn first = turn("m1");
  int64_t number = int64_t{1} << 40;
  for (int64_t* count :
       {&first.input, &first.output, &first.reasoning, &first.cache_read, &first.cache_create_5m,
        &first.cache_create_1h, &first.web_search_requests})
    *count = number--;
  first.output_is_lower_bound = true;
  Turn second = turn("m2");
  append(*ledger, first, second);
  CHECK(aggregated(*ledger->snapshot(), {}) ==
        Groups{{"",
                "2 1099511627779 1099511627780 1099511627774 1099511627773 1099511627772 "
                "1099511627771 1099511627770 1 "}});
}

TEST_CASE("sums go beyond what a double holds exactly") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (const int64_t input : {(int64_t{1} << 61) + 1, int64_t{1} << 60, int64_t{2}}) {
    Turn record = turn(kept(std::to_string(input)));
    record.input = input;
    append(*ledger, record);
  }
  CHECK(aggregated(*ledger->snapshot(), {}) ==
        Groups{{"", "3 " + std::to_string((int64_t{3} << 60) + 3) + " 15 0 0 0 0 0 0 "}});
}

TEST_CASE("sides of times: how many bounds are at or before") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  int number = 0;
  for (const int64_t us : {-1, 0, 9, 10, 11, 20}) {
    Turn record = turn(kept(std::to_string(us)));
    record.ts = Instant{us};
    append(*ledger, record);
    ++number;
  }
  Turn timeless = turn("none");
  timeless.ts.reset();
  append(*ledger, timeless);
  AggregateQuery query;
  SECTION("spans") {
    query.group_by = {GroupColumn::Message, GroupColumn::PriceSpanIndex};
    query.span_bounds = {{0}, {10}, {20}};
  }
  SECTION("times") {
    query.group_by = {GroupColumn::Message, GroupColumn::TimeBoundIndex};
    query.time_bounds = {{0}, {10}, {20}};
  }
  CHECK(groups_by(*ledger, query) ==
        Strings{"'-1', 0", "'0', 1", "'10', 2", "'11', 2", "'20', 3", "'9', 1", "'none', 0"});
}

// More than PostgreSQL takes as parameters of a statement, or SQLite as depth of an expression.
TEST_CASE("sides of as many bounds as there may be") {
  constexpr int64_t count = 100'000;
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (const int64_t us : std::vector<int64_t>{-1, 0, 140'000, 140'001, 2 * count + 5}) {
    Turn record = turn(kept(std::to_string(us)));
    record.ts = Instant{us};
    record.context_tokens = us;
    append(*ledger, record);
  }
  AggregateQuery query;
  for (int64_t i = 0; i < count; ++i) {
    query.span_bounds.push_back({2 * i});
    query.time_bounds.push_back({2 * i});
    query.context_bounds.push_back(2 * i);
  }
  const GroupColumn column = GENERATE(GroupColumn::PriceSpanIndex, GroupColumn::TimeBoundIndex,
                                      GroupColumn::ContextTierIndex);
  query.group_by = {GroupColumn::Session, column};
  const auto snapshot = ledger->snapshot();
  CHECK(aggregated(*snapshot, query) == plainly_aggregated(*snapshot, query));
  CHECK(aggregated(*snapshot, query).size() == 4);
}

TEST_CASE("sides of contexts: how many bounds are less") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const auto with_context = [&](std::string_view message, int64_t input, int64_t caches,
                                std::optional<int64_t> stated) {
    Turn record = turn(message);
    record.input = input;
    record.cache_read = record.cache_create_5m = record.cache_create_1h = caches;
    record.context_tokens = stated;
    append(*ledger, record);
  };
  with_context("at", 200'000, 0, {});
  with_context("over", 199'998, 1, {});
  with_context("stated", 900'000, 0, 5);
  with_context("stated over", 0, 0, 1'000'001);
  AggregateQuery query{.group_by = {GroupColumn::Message, GroupColumn::ContextTierIndex}};
  query.context_bounds = {200'000, 1'000'000};
  CHECK(groups_by(*ledger, query) ==
        Strings{"'at', 0", "'over', 1", "'stated over', 2", "'stated', 0"});
}

TEST_CASE("quarters of hours are rounded down, before 1970 too") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (const int64_t us : {-900'000'001, -900'000'000, -1, 0, 899'999'999, 900'000'000}) {
    Turn record = turn(kept(std::to_string(us)));
    record.ts = Instant{us};
    append(*ledger, record);
  }
  CHECK(groups_by(*ledger, {.group_by = {GroupColumn::Message, GroupColumn::QuarterHour}}) ==
        Strings{"'-1', -1", "'-900000000', -1", "'-900000001', -2", "'0', 0", "'899999999', 0",
                "'900000000', 1"});
}

TEST_CASE("null, empty text and false are groups of their own") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn none = turn("none");
  none.model.reset();
  Turn empty = turn("empty");
  empty.model = "";
  empty.is_sidechain = true;
  append(*ledger, none, empty, turn("model"));
  CHECK(groups_by(*ledger, {.group_by = {GroupColumn::Message, GroupColumn::Model,
                                         GroupColumn::IsSidechain}}) ==
        Strings{"'empty', '', 1", "'model', 'claude-opus-4-5', null", "'none', null, null"});
}

}  // namespace
}  // namespace relayburn
