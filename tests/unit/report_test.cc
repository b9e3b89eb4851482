#include "core/report/build/report.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/error.h"
#include "core/report/render/render.h"
#include "core/storage/empty_snapshot.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

using Rows = std::vector<std::string>;

// Five priced turns and two unpriced ones, in three sessions.
MemorySnapshot& small_ledger(MemorySnapshot& ledger) {
  ledger.add(test_turn(1, "s1", "cheap", 1'000'000))
      .add(test_turn(2, "s1", "dear", 50'000, 1))
      .add(test_turn(3, "s2", "cheap", 2, 3))
      .add(test_turn(4, "s2", "cheap", 0))
      .add(test_turn(5, "s2", "free", 7'000'000))
      .add(test_turn(6, "s3", "unknown", 9'000'000))
      .add(test_turn(7, std::nullopt, std::nullopt, 5));
  return ledger;
}

Rows names_sorted(MemorySnapshot& ledger, SortBy sort, std::optional<size_t> top = std::nullopt) {
  ReportQuery query = by({"model"});
  query.sort = sort;
  query.top = top;
  return row_names(report_of(query, ledger));
}

TEST_CASE("totals count turns, sessions, tokens and money", "[report]") {
  MemorySnapshot ledger;
  const UsageReport report = report_of(by({"model"}), small_ledger(ledger));
  CHECK(report.totals.sums.turns == 7);
  CHECK(report.totals.sessions == 3);
  CHECK(report.totals.sums.input == 17'050'007);
  CHECK(report.totals.sums.output == 4);
  CHECK(cost_of(report.totals) == "1.500132");
  CHECK(report.totals.unpriced_turns == 2);
  CHECK(report.timezone == "Europe/Berlin");
  CHECK(report.price_snapshot == "2026-01-01");
}

TEST_CASE("the rows of every table sum to the totals", "[report]") {
  MemorySnapshot ledger;
  small_ledger(ledger);
  for (const char* dimension : {"model", "provider", "source", "project", "session", "host", "day",
                                "week", "month", "hour", "agent", "branch", "tag:x"})
    for (const std::optional<size_t> top : {std::optional<size_t>(), std::optional<size_t>(1)}) {
      CAPTURE(dimension, top.has_value());
      ReportQuery query = by({dimension, "model"});
      query.top = top;
      const UsageReport report = report_of(query, ledger);
      GroupSums sums;
      Picodollars cost;
      int64_t unpriced = 0, sessions = 0;
      for (const ReportRow& row : report.tables[0].rows) {
        sums.turns += row.figures.sums.turns;
        sums.input += row.figures.sums.input;
        sums.output += row.figures.sums.output;
        cost += row.figures.cost.value_or(Picodollars());
        unpriced += row.figures.unpriced_turns;
        sessions += row.figures.sessions;
      }
      CHECK(sums == report.totals.sums);
      CHECK((cost == report.totals.cost));
      CHECK(unpriced == report.totals.unpriced_turns);
      CHECK(sessions >= report.totals.sessions);
    }
}

TEST_CASE("a session is counted once, wherever its turns are", "[report]") {
  MemorySnapshot ledger;
  const UsageReport report = report_of(by({"model"}), small_ledger(ledger));
  REQUIRE(row_names(report) == Rows{"cheap", "dear", "free", "unknown", "-"});
  const auto sessions = [&](size_t row) { return report.tables[0].rows[row].figures.sessions; };
  CHECK(sessions(0) == 2);
  CHECK(sessions(1) == 1);
  CHECK(sessions(4) == 0);
}

TEST_CASE("sessions of two agents with one id are two", "[report]") {
  MemorySnapshot ledger;
  Turn codex = test_turn(2, "s", "cheap", 1);
  codex.source = "codex";
  ledger.add(test_turn(1, "s", "cheap", 1)).add(codex);
  CHECK(report_of(by({"model"}), ledger).totals.sessions == 2);
}

TEST_CASE("an unpriced row has no cost, a free one costs nothing", "[report]") {
  MemorySnapshot ledger;
  const UsageReport report = report_of(by({"model"}), small_ledger(ledger));
  Rows costs;
  for (const ReportRow& row : report.tables[0].rows) costs.push_back(cost_of(row.figures));
  CHECK(costs == Rows{"1.000032", "0.5001", "0.0", "null", "null"});
  CHECK(report.tables[0].rows[3].figures.unpriced_turns == 1);
  CHECK(report.tables[0].rows[2].figures.unpriced_turns == 0);
}

TEST_CASE("a row that is priced in part costs that part", "[report]") {
  MemorySnapshot ledger;
  const UsageReport report = report_of(by({"source"}), small_ledger(ledger));
  CHECK(cost_of(report.tables[0].rows[0].figures) == "1.500132");
  CHECK(report.tables[0].rows[0].figures.unpriced_turns == 2);
}

TEST_CASE("unpriced models are listed, most turns first", "[report]") {
  MemorySnapshot ledger;
  small_ledger(ledger).add(test_turn(8, "s", "new-b", 1)).add(test_turn(9, "s", "new-a", 1));
  ledger.add(test_turn(10, "s", "new-b", 1));
  const UsageReport report = report_of(by({"model"}), ledger);
  REQUIRE(report.unpriced_models.size() == 4);
  CHECK(report.unpriced_models[0].model == "new-b");
  CHECK(report.unpriced_models[0].turns == 2);
  const auto has = [&](const std::optional<std::string>& model) {
    return std::any_of(report.unpriced_models.begin(), report.unpriced_models.end(),
                       [&](const UnpricedModel& each) { return each.model == model; });
  };
  CHECK(has("new-a"));
  CHECK(has("unknown"));
  CHECK(has(std::nullopt));
}

TEST_CASE("rows come in the order that is asked for", "[report]") {
  MemorySnapshot ledger;
  small_ledger(ledger);
  CHECK(names_sorted(ledger, SortBy::Cost) == Rows{"cheap", "dear", "free", "unknown", "-"});
  CHECK(names_sorted(ledger, SortBy::Tokens) == Rows{"unknown", "free", "cheap", "dear", "-"});
  CHECK(names_sorted(ledger, SortBy::Turns) == Rows{"cheap", "dear", "free", "unknown", "-"});
  CHECK(names_sorted(ledger, SortBy::Name) == Rows{"cheap", "dear", "free", "unknown", "-"});
}

TEST_CASE("equals are sorted bytewise by name, the null row last", "[report]") {
  MemorySnapshot ledger;
  int number = 0;
  for (const OptText& model : {OptText("b"), OptText(), OptText("é"), OptText("B"), OptText("z")})
    ledger.add(test_turn(++number, "s", model, 1));
  ledger.add(test_turn(++number, "s", std::nullopt, 1'000'000));
  for (const SortBy sort : {SortBy::Cost, SortBy::Name})
    CHECK(names_sorted(ledger, sort) == Rows{"B", "b", "z", "é", "-"});
  CHECK(names_sorted(ledger, SortBy::Tokens) == Rows{"B", "b", "z", "é", "-"});
}

TEST_CASE("--top folds the rest into a last row", "[report]") {
  MemorySnapshot ledger;
  small_ledger(ledger);
  CHECK(names_sorted(ledger, SortBy::Cost, 2) == Rows{"cheap", "dear", "(other)"});
  CHECK(names_sorted(ledger, SortBy::Cost, 4) ==
        Rows{"cheap", "dear", "free", "unknown", "(other)"});
  CHECK(names_sorted(ledger, SortBy::Cost, 5) == names_sorted(ledger, SortBy::Cost));
  CHECK(names_sorted(ledger, SortBy::Cost, 99) == names_sorted(ledger, SortBy::Cost));
  ReportQuery query = by({"model"});
  query.top = 1;
  const ReportRow other = report_of(query, ledger).tables[0].rows[1];
  CHECK(other.is_other);
  CHECK(other.figures.sums.turns == 4);
  CHECK(other.figures.sessions == 3);
  CHECK(cost_of(other.figures) == "0.5001");
  CHECK(other.figures.unpriced_turns == 2);
}

TEST_CASE("a fold of unpriced rows has no cost", "[report]") {
  MemorySnapshot ledger;
  ReportQuery query = by({"model"});
  query.top = 3;
  CHECK(cost_of(report_of(query, small_ledger(ledger)).tables[0].rows[3].figures) == "null");
}

TEST_CASE("copies of a call are counted once", "[report]") {
  MemorySnapshot ledger;
  Turn copy = test_turn(1, "resumed", "cheap", 1);
  copy.id = hash_key("copy");
  ledger.add(test_turn(1, "a", "cheap", 1)).add(copy);
  const UsageReport report = report_of(by({"session"}), ledger);
  CHECK(report.totals.sums.turns == 1);
  CHECK(row_names(report) == Rows{"a"});
}

TEST_CASE("bounds of time are passed on", "[report]") {
  MemorySnapshot ledger;
  Turn timeless = test_turn(3, "s3", "cheap", 4);
  timeless.ts.reset();
  Turn late = test_turn(2, "s2", "cheap", 2);
  late.ts->us += 1;
  ledger.add(test_turn(1, "s1", "cheap", 1)).add(late).add(timeless);
  ReportQuery query = by({"model"});
  CHECK(report_of(query, ledger).totals.sums.input == 7);
  query.since = late.ts;
  CHECK(report_of(query, ledger).totals.sums.input == 2);
  query.since.reset();
  query.until = late.ts;
  CHECK(report_of(query, ledger).totals.sums.input == 1);
}

TEST_CASE("of nothing, nothing, and it costs 0", "[report]") {
  EmptySnapshot nothing;
  const UsageReport report = report_of(by({"model"}), nothing);
  CHECK(report.totals.sums == GroupSums());
  CHECK(cost_of(report.totals) == "0.0");
  CHECK(report.unpriced_models.empty());
  REQUIRE(report.tables.size() == 1);
  CHECK(report.tables[0].rows.empty());
}

TEST_CASE("the order in which turns came in does not show", "[report]") {
  MemorySnapshot forward, backward;
  small_ledger(forward);
  for (size_t i = forward.batch.row_count(Kind::Turn); i-- > 0;)
    backward.batch.add_row(Kind::Turn, forward.batch.row(Kind::Turn, i));
  const ReportQuery query = by({"session", "model"});
  CHECK(render_json(report_of(query, forward)) == render_json(report_of(query, backward)));
}

TEST_CASE("dimensions are known by name", "[report]") {
  CHECK(parse_dimension("day").is_time());
  CHECK_FALSE(parse_dimension("model").is_time());
  CHECK(parse_dimension("tag:a:b").tag == "a:b");
  CHECK(parse_dimension("tag:a:b").name == "tag:a:b");
  for (const char* unknown : {"", "Model", "tag:", "tag", "days"}) {
    CAPTURE(unknown);
    CHECK_THROWS_AS(parse_dimension(unknown), Error);
  }
}

TEST_CASE("every dimension of the contract is there", "[report]") {
  for (const char* name : {"model", "provider", "source", "project", "session", "host", "day",
                           "week", "month", "hour", "agent", "branch", "tag:KEY"}) {
    CAPTURE(name);
    CHECK_NOTHROW(parse_dimension(name));
  }
}

}  // namespace
}  // namespace relayburn
