#include <catch2/catch.hpp>
#include <string>

#include "core/reconcile/reconcile.h"
#include "core/reconcile/render_reconcile.h"
#include "core/records/keys.h"
#include "tests/unit/report_records.h"
#include "tests/unit/usage_reports.h"

namespace relayburn {
namespace {

Bill bill_of(std::initializer_list<std::string_view> texts) {
  std::vector<ProviderReport> reports;
  for (const std::string_view text : texts)
    reports.push_back(parse_provider_report(text, "r" + std::to_string(reports.size() + 1)));
  return Bill(std::move(reports));
}

Turn turn_at(std::string_view source, std::string_view message, std::string_view ts,
             std::string_view model, int64_t input) {
  Turn turn = test_turn(0, "s", model, input);
  turn.source = source;
  turn.message_id = message;
  turn.id = turn.call_key = turn_key(turn.source, turn.session_id, turn.message_id);
  turn.ts = parse_instant(ts);
  return turn;
}

const PriceTable& list() {
  static const PriceTable table = PriceTable::parse(
      R"({"snapshot":"2026-01-01","providers":{"anthropic":{"claude-opus-4-6":[{"input":1,)"
      R"("output":10}]},"openai":{"gpt-5":[{"input":1,"output":10}]}}})",
      "test");
  return table;
}

// A dollar of Claude on the day of the reports, one a day later and one after them; one of GPT.
MemorySnapshot& four_turns(MemorySnapshot& ledger) {
  return ledger
      .add(turn_at("claude-code", "m1", "2026-12-01T10:00:00Z", "claude-opus-4-6", 1'000'000))
      .add(turn_at("claude-code", "m2", "2026-12-02T10:00:00Z", "claude-opus-4-6", 1'000'000))
      .add(turn_at("claude-code", "m3", "2026-12-03T10:00:00Z", "claude-opus-4-6", 1'000'000))
      .add(turn_at("codex", "m4", "2026-12-01T10:00:00Z", "gpt-5", 10'000));
}

Reconciliation reconciled(MemorySnapshot& ledger, const ReportQuery& query, const Bill& bill) {
  static const Zone utc = Zone::named("UTC");
  return reconcile(query, bill, ledger, list(), utc);
}

std::string line_of(const ReconciledRow& row) {
  const std::string name = row.name.value_or("-") + ": " + cost_of(row.figures) + " ";
  if (!row.bill) return name + "null";
  return name + format_usd(row.bill->total) + "/" + format_usd(row.bill->logged);
}

std::vector<std::string> lines_of(const Reconciliation& result) {
  std::vector<std::string> lines;
  for (const ReconciledRow& row : result.rows) lines.push_back(line_of(row));
  lines.push_back(line_of(result.totals));
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("a bill is of its provider and its days", "[reconcile_bill]") {
  MemorySnapshot ledger;
  CHECK(lines_of(reconciled(four_turns(ledger), by({"day"}), bill_of({kAnthropicCosts}))) ==
        Lines{"2026-12-01: 1.01 1.2545/1.0", "2026-12-02: 1.0 0.0/1.0", "2026-12-03: 1.0 null",
              "-: 3.01 1.2545/2.0"});
}

TEST_CASE("what an agent did with others' models is not on its vendor's bill", "[reconcile_bill]") {
  MemorySnapshot ledger;
  for (const char* model : {"us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6@default", "gpt-5",
                            "openrouter/claude-opus-4-6", "claude-opus-4-6"})
    ledger.add(turn_at("claude-code", model, "2026-12-01T10:00:00Z", model, 1'000'000));
  CHECK(line_of(reconciled(ledger, by({"day"}), bill_of({kAnthropicCosts})).totals) ==
        "-: 5.0 1.2545/1.0");
}

TEST_CASE("a bill by model, whatever the report calls it", "[reconcile_bill]") {
  MemorySnapshot ledger;
  const Reconciliation result =
      reconciled(four_turns(ledger), by({"model"}), bill_of({kAnthropicCostsCsv, kOpenAiCosts}));
  CHECK(lines_of(result) == Lines{"claude-opus-4-6: 3.0 0.07/3.0", "gpt-5: 0.01 0.06/0.01",
                                  "Claude Haiku 4.5: 0.0 0.3/0.0", "-: 0.0 0.00383598/0.0",
                                  "-: 3.01 0.43383598/3.01"});
  CHECK(result.rows[0].names == Lines{"Claude Opus 4.6", "claude-opus-4-6"});
}

TEST_CASE("a report that names no model has no rows of models", "[reconcile_bill]") {
  MemorySnapshot ledger;
  const Bill bill = bill_of(
      {R"({"data":[{"starting_at":"2026-12-01T00:00:00Z","ending_at":"2026-12-02T00:00:00Z",)"
       R"("results":[{"amount":"200","currency":"USD","model":null}]}]})"});
  CHECK(lines_of(reconciled(four_turns(ledger), by({"model"}), bill)) ==
        Lines{"claude-opus-4-6: 3.0 null", "gpt-5: 0.01 null", "-: 3.01 2.0/1.0"});
}

TEST_CASE("a bill knows neither sessions nor projects", "[reconcile_bill]") {
  MemorySnapshot ledger;
  four_turns(ledger);
  for (const char* dimension : {"session", "project"}) {
    const Lines lines = lines_of(reconciled(ledger, by({dimension}), bill_of({kOpenAiCosts})));
    CHECK_THAT(lines.front(), Catch::EndsWith("null"));
    CHECK(lines.back() == "-: 3.01 0.06383598/0.01");
  }
}

TEST_CASE("the bill goes before what agents state", "[reconcile_bill]") {
  MemorySnapshot ledger;
  Turn turn =
      turn_at("opencode", "m", "2026-12-01T10:00:00Z", "anthropic/claude-opus-4-6", 1'000'000);
  turn.reported_cost_usd = "9";
  const ReconciledRow totals =
      reconciled(ledger.add(turn), by({"day"}), bill_of({kAnthropicCosts})).totals;
  REQUIRE(totals.compared());
  CHECK(format_usd(totals.compared()->unlogged()) == "0.2545");
  CHECK(totals.compared()->coverage() == 797'130);
  CHECK(holds({797'000}, totals));
  CHECK_FALSE(holds({800'000}, totals));
  CHECK(unmet_text({800'000}, totals) ==
        "coverage is 79.71 %, below 80 %: logged $1.00 of $1.25 that is billed");
}

TEST_CASE("reports of usage hold tokens beside ours, and no money", "[reconcile_bill]") {
  MemorySnapshot ledger;
  const ReconciledRow totals =
      reconciled(four_turns(ledger), by({"day"}), bill_of({kAnthropicUsage, kOpenAiUsage})).totals;
  CHECK_FALSE(totals.bill);
  REQUIRE(totals.tokens);
  CHECK(totals.tokens->billed.input == 1700);
  CHECK(totals.tokens->billed.cache_read == 1000);
  CHECK(totals.tokens->logged.input == 2'010'000);
}

TEST_CASE("a period and a provider cut the bill, too", "[reconcile_bill]") {
  MemorySnapshot ledger;
  const Bill bill = bill_of({kAnthropicCosts, kOpenAiCosts});
  ReportQuery query = by({"day"});
  query.filters.provider = {"openai"};
  CHECK(line_of(reconciled(four_turns(ledger), query, bill).totals) == "-: 0.01 0.06383598/0.01");
  query.filters = {};
  query.since = parse_instant("2026-12-02T00:00:00Z");
  CHECK(line_of(reconciled(ledger, query, bill).totals) == "-: 2.0 0.0/1.0");
  query.since = parse_instant("2026-12-05T00:00:00Z");
  CHECK(line_of(reconciled(ledger, query, bill).totals) == "-: 0.0 null");
}

TEST_CASE("accounts are shown as the report names them", "[reconcile_bill]") {
  MemorySnapshot ledger;
  const Bill bill = bill_of({kAnthropicCosts});
  const std::string json = render_reconcile_json(reconciled(ledger, by({"model"}), bill), bill, {});
  CHECK_THAT(json, Catch::Contains(R"("accounts":[{"workspace":null,"project":null,"apiKey":null,)"
                                   R"("billed":0.02,"billedTokens":null},{"workspace":)"
                                   R"("wrkspc_1","project":null,"apiKey":null,"billed":1.2345,)"));
}

}  // namespace
}  // namespace relayburn
