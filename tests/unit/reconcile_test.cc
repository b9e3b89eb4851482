#include "core/reconcile/reconcile.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/reconcile/render_reconcile.h"
#include "core/records/keys.h"
#include "core/storage/empty_snapshot.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

const Bill& no_bill() {
  static const Bill bill({});
  return bill;
}

// "cheap" costs a dollar for each million.
Turn turn_at(std::string_view session, std::string_view message, std::string_view ts,
             std::string_view model = "cheap", int64_t dollars = 1) {
  Turn turn = test_turn(0, session, model, dollars * 1'000'000);
  turn.message_id = message;
  turn.id = turn.call_key = turn_key(turn.source, turn.session_id, turn.message_id);
  turn.ts = parse_instant(ts);
  return turn;
}

// OpenCode states what each turn cost.
Turn costing(Turn turn, std::string_view dollars) {
  turn.source = "opencode";
  turn.id = turn.call_key = turn_key(turn.source, turn.session_id, turn.message_id);
  turn.reported_cost_usd = dollars;
  return turn;
}

SessionCost stated(std::string_view session, std::string_view cost, std::string_view ts,
                   OptText model = std::nullopt) {
  SessionCost record;
  record.source = "claude-code";
  record.session_id = session;
  record.model = model;
  record.ts = parse_instant(ts);
  record.cost_usd = cost;
  record.id = hash_key(std::string(session) + "|" + std::string(ts) + "|" +
                       std::string(model.value_or("")));
  return record;
}

Reconciliation reconciled(MemorySnapshot& ledger, const ReportQuery& query,
                          const Bill& bill = no_bill()) {
  static const Zone utc = Zone::named("UTC");
  return reconcile(query, bill, ledger, test_prices(), utc);
}

std::string money(const std::optional<Picodollars>& amount) {
  return amount ? format_usd(*amount) : "null";
}

// "name: logged agentTotal/its-logged billed/its-logged"
std::string line_of(const ReconciledRow& row) {
  const auto side = [](const std::optional<Compared>& compared) {
    return compared ? format_usd(compared->total) + "/" + format_usd(compared->logged) : "null";
  };
  return row.name.value_or("-") + ": " + money(row.figures.cost) + " " + side(row.agent) + " " +
         side(row.bill);
}

std::vector<std::string> lines_of(const Reconciliation& result) {
  std::vector<std::string> lines;
  for (const ReconciledRow& row : result.rows) lines.push_back(line_of(row));
  lines.push_back(line_of(result.totals));
  return lines;
}

using Lines = std::vector<std::string>;

// A session of one day, one over midnight, and one whose agent states nothing.
MemorySnapshot& three_sessions(MemorySnapshot& ledger) {
  return ledger.add(turn_at("s1", "m1", "2026-12-01T10:00:00Z"))
      .add(turn_at("s2", "m2", "2026-12-01T23:50:00Z"))
      .add(turn_at("s2", "m3", "2026-12-02T00:10:00Z", "dear"))
      .add(turn_at("s3", "m4", "2026-12-02T12:00:00Z"))
      .add(stated("s1", "2.0", "2026-12-01T11:00:00Z"))
      .add(stated("s2", "16", "2026-12-02T01:00:00Z"));
}

TEST_CASE("a session's total stands beside what is logged of it", "[reconcile]") {
  MemorySnapshot ledger;
  CHECK(lines_of(reconciled(three_sessions(ledger), by({"session"}))) ==
        Lines{"s2: 11.0 16.0/11.0 null", "s1: 1.0 2.0/1.0 null", "s3: 1.0 null null",
              "-: 13.0 18.0/12.0 null"});
}

TEST_CASE("what is logged is what analyze reports", "[reconcile]") {
  MemorySnapshot ledger;
  three_sessions(ledger).add(turn_at("s4", "m5", "2026-12-02T12:00:00Z", "unheard-of"));
  for (const char* dimension : {"session", "day", "model", "project"}) {
    CAPTURE(dimension);
    const Reconciliation result = reconciled(ledger, by({dimension}));
    const UsageReport report = report_of(by({dimension}), ledger);
    CHECK((result.totals.figures.cost == report.totals.cost));
    CHECK((result.totals.figures.sums == report.totals.sums));
    CHECK(result.totals.figures.unpriced_turns == 1);
    CHECK(result.rows.size() == report.tables[0].rows.size());
  }
}

TEST_CASE("the latest total of a session counts", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(turn_at("s", "m", "2026-12-01T10:00:00Z"))
      .add(stated("s", "5", "2026-12-01T12:00:00Z"))
      .add(stated("s", "3", "2026-12-01T11:00:00Z"));
  CHECK(line_of(reconciled(ledger, by({"session"})).totals) == "-: 1.0 5.0/1.0 null");
}

TEST_CASE("what is logged after the total is not set beside it", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(turn_at("s", "m1", "2026-12-01T10:00:00Z"))
      .add(turn_at("s", "m2", "2026-12-01T18:00:00Z"))
      .add(stated("s", "2", "2026-12-01T12:00:00Z"));
  CHECK(line_of(reconciled(ledger, by({"session"})).totals) == "-: 2.0 2.0/1.0 null");
}

TEST_CASE("a total is on a day only where all of its session is there", "[reconcile]") {
  MemorySnapshot ledger;
  CHECK(lines_of(reconciled(three_sessions(ledger), by({"day"}))) ==
        Lines{"2026-12-01: 2.0 2.0/1.0 null", "2026-12-02: 11.0 null null",
              "-: 13.0 18.0/12.0 null"});
}

TEST_CASE("a total is in a project only where all of its session is there", "[reconcile]") {
  MemorySnapshot ledger;
  Turn here = turn_at("s1", "m1", "2026-12-01T10:00:00Z");
  Turn there = turn_at("s1", "m2", "2026-12-01T10:01:00Z");
  here.cwd = "/here";
  there.cwd = "/there";
  Turn alone = turn_at("s2", "m3", "2026-12-01T10:00:00Z");
  alone.cwd = "/here";
  ledger.add(here).add(there).add(alone);
  ledger.add(stated("s1", "9", "2026-12-01T11:00:00Z"))
      .add(stated("s2", "3", "2026-12-01T11:00:00Z"));
  CHECK(lines_of(reconciled(ledger, by({"project"}))) ==
        Lines{"/here: 2.0 3.0/1.0 null", "/there: 1.0 null null", "-: 3.0 12.0/3.0 null"});
}

TEST_CASE("a total is in a period only where all of its session is there", "[reconcile]") {
  MemorySnapshot ledger;
  ReportQuery query = by({"session"});
  query.since = parse_instant("2026-12-02T00:00:00Z");
  three_sessions(ledger);
  CHECK(lines_of(reconciled(ledger, query)) ==
        Lines{"s2: 10.0 null null", "s3: 1.0 null null", "-: 11.0 null null"});
  query.since = parse_instant("2026-12-01T12:00:00Z");
  CHECK(line_of(reconciled(ledger, query).totals) == "-: 12.0 16.0/11.0 null");
}

TEST_CASE("a filter leaves out the totals of sessions that it cuts", "[reconcile]") {
  MemorySnapshot ledger;
  three_sessions(ledger);
  ReportQuery query = by({"session"});
  query.filters.model = {"cheap"};
  CHECK(line_of(reconciled(ledger, query).totals) == "-: 3.0 2.0/1.0 null");
  query.filters = {};
  query.filters.session = {"s2"};
  CHECK(line_of(reconciled(ledger, query).totals) == "-: 11.0 16.0/11.0 null");
}

TEST_CASE("totals by model are in the rows of the models", "[reconcile]") {
  MemorySnapshot ledger;
  three_sessions(ledger)
      .add(stated("s2", "4", "2026-12-02T01:00:00Z", "cheap"))
      .add(stated("s2", "1", "2026-12-02T00:30:00Z", "dear"))
      .add(stated("s2", "11", "2026-12-02T01:00:00Z", "dear"))
      .add(stated("s2", "1", "2026-12-02T01:00:00Z", "never-logged"));
  CHECK(lines_of(reconciled(ledger, by({"model"}))) ==
        Lines{"dear: 10.0 11.0/10.0 null", "cheap: 3.0 6.0/2.0 null",
              "never-logged: 0.0 1.0/0.0 null", "-: 13.0 18.0/12.0 null"});
}

TEST_CASE("a session without any logged turn is unlogged as a whole", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(turn_at("s1", "m1", "2026-12-01T10:00:00Z"))
      .add(stated("lost", "7.5", "2026-12-01T11:00:00Z"));
  CHECK(lines_of(reconciled(ledger, by({"session"}))) ==
        Lines{"s1: 1.0 null null", "lost: 0.0 7.5/0.0 null", "-: 1.0 7.5/0.0 null"});
  ReportQuery query = by({"session"});
  query.filters.source = {"codex"};
  CHECK(line_of(reconciled(ledger, query).totals) == "-: 0.0 null null");
}

TEST_CASE("costs of turns count where their session has no total", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(costing(turn_at("s1", "m1", "2026-12-01T10:00:00Z"), "1.25"))
      .add(costing(turn_at("s1", "m2", "2026-12-02T10:00:00Z"), "0.5"))
      .add(turn_at("s1", "m3", "2026-12-02T11:00:00Z"))
      .add(costing(turn_at("s2", "m4", "2026-12-02T11:00:00Z"), "99"));
  SessionCost total = stated("s2", "2", "2026-12-02T12:00:00Z");
  total.source = "opencode";
  ledger.add(total);
  CHECK(lines_of(reconciled(ledger, by({"day"}))) == Lines{"2026-12-01: 1.0 1.25/1.0 null",
                                                           "2026-12-02: 3.0 2.5/2.0 null",
                                                           "-: 4.0 3.75/3.0 null"});
  CHECK(reconciled(ledger, by({"day"})).totals.stated_sessions == 2);
}

TEST_CASE("copies of a stated turn count once", "[reconcile]") {
  MemorySnapshot ledger;
  const Turn turn = costing(turn_at("s1", "m1", "2026-12-01T10:00:00Z"), "1.25");
  Turn copy = turn;
  copy.session_id = "s2";
  copy.id = turn_key(copy.source, copy.session_id, copy.message_id);
  copy.is_fork = true;
  CHECK(line_of(reconciled(ledger.add(turn).add(copy), by({"day"})).totals) ==
        "-: 1.0 1.25/1.0 null");
}

TEST_CASE("what is not an amount states nothing", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(costing(turn_at("s1", "m1", "2026-12-01T10:00:00Z"), "NaN"));
  ledger.add(stated("s1", "-3", "2026-12-01T11:00:00Z"));
  CHECK_FALSE(reconciled(ledger, by({"day"})).totals.agent);
}

TEST_CASE("lower bounds are marked", "[reconcile]") {
  MemorySnapshot ledger;
  SessionCost cost = stated("s1", "3", "2026-12-01T11:00:00Z");
  cost.has_unknown_cost = true;
  ledger.add(turn_at("s1", "m1", "2026-12-01T10:00:00Z", "unheard-of")).add(cost);
  const Reconciliation result = reconciled(ledger, by({"model"}));
  REQUIRE(result.totals.agent);
  CHECK(result.totals.agent->total_is_lower_bound);
  CHECK(result.totals.agent->unpriced_turns == 1);
  CHECK_THAT(render_reconcile_text(result, no_bill(), std::nullopt), Catch::Contains("≥ $3.00"));
}

TEST_CASE("of two lower bounds nothing follows", "[reconcile]") {
  MemorySnapshot ledger;
  SessionCost cost = stated("s1", "1", "2026-12-01T11:00:00Z");
  cost.has_unknown_cost = true;
  ledger.add(turn_at("s1", "m1", "2026-12-01T10:00:00Z"))
      .add(turn_at("s1", "m2", "2026-12-01T10:00:00Z", "unheard-of"))
      .add(cost);
  const Reconciliation result = reconciled(ledger, by({"day"}));
  CHECK_FALSE(holds({900'000}, result.totals));
  CHECK_THAT(unmet_text({900'000}, result.totals), Catch::StartsWith("coverage is not known"));
  CHECK_THAT(
      render_reconcile_json(result, no_bill(), MinCoverage{900'000}),
      Catch::Contains(R"("unlogged":null,"coverage":null)") && Catch::Contains(R"("holds":false)"));
}

// A report by the agent that says less than it spent proves no coverage.
TEST_CASE("a total that is a lower bound is never wholly covered", "[reconcile]") {
  MemorySnapshot ledger;
  SessionCost cost = stated("s1", "1", "2026-12-01T11:00:00Z");
  cost.has_unknown_cost = true;
  ledger.add(turn_at("s1", "m1", "2026-12-01T10:00:00Z")).add(cost);
  CHECK_FALSE(holds({900'000}, reconciled(ledger, by({"day"})).totals));
}

TEST_CASE("an agent that states 0 for what has a price knows none", "[reconcile]") {
  MemorySnapshot ledger;
  ledger.add(costing(turn_at("s1", "m1", "2026-12-01T10:00:00Z"), "0"))
      .add(costing(turn_at("s1", "m2", "2026-12-01T10:00:00Z"), "0.5"));
  CHECK(line_of(reconciled(ledger, by({"day"})).totals) == "-: 2.0 0.5/1.0 null");
}

TEST_CASE("the overview reads turns one by one only of agents that state their costs",
          "[reconcile]") {
  class Watched : public MemorySnapshot {
   public:
    void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) override {
      scans += std::string(describe(kind).name) + " ";
      MemorySnapshot::scan(kind, filter, sink);
    }
    void aggregate(const AggregateQuery& asked, const GroupSink& sink) override {
      ++aggregates;
      reference_aggregate(
          asked, [this](const RowSink& rows) { MemorySnapshot::scan(Kind::Turn, {}, rows); }, sink);
    }
    std::string scans;
    int aggregates = 0;
  };
  static const Zone utc = Zone::named("UTC");
  const auto compare = [&](Watched& ledger, const ReportQuery& query) {
    return compare_stated_costs(query, ledger, test_prices(), utc);
  };
  Watched ledger;
  three_sessions(ledger);
  const auto known = compare(ledger, by({"day", "model"}));
  REQUIRE(known);
  CHECK(stated_text(*known) == "logged $12.00 of $18.00 that the agents state (67 %)");
  CHECK(ledger.scans == "session_cost ");
  CHECK(ledger.aggregates == 2);

  ReportQuery later = by({"day"});
  later.since = parse_instant("2026-12-03T00:00:00Z");
  CHECK_FALSE(compare(ledger, later));
  CHECK(ledger.aggregates == 3);

  Watched silent;
  silent.add(turn_at("s", "m", "2026-12-01T10:00:00Z"));
  CHECK_FALSE(compare(silent, by({"day"})));
  CHECK(silent.scans.empty());

  silent.add(costing(turn_at("o", "m", "2026-12-01T10:00:00Z"), "4"));
  const auto of_turns = compare(silent, by({"day"}));
  REQUIRE(of_turns);
  CHECK(total_text(*of_turns) == "$4.00");
  CHECK(silent.scans == "turn ");
}

TEST_CASE("of nothing, nothing", "[reconcile]") {
  EmptySnapshot nothing;
  static const Zone utc = Zone::named("UTC");
  const Reconciliation result = reconcile(by({"model"}), no_bill(), nothing, test_prices(), utc);
  CHECK(result.rows.empty());
  CHECK_FALSE(result.totals.compared());
  const MinCoverage least{0};
  CHECK_FALSE(holds(least, result.totals));
  CHECK_THAT(unmet_text(least, result.totals), Catch::StartsWith("coverage is not known"));
}

}  // namespace
}  // namespace relayburn
