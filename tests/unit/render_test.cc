#include "core/report/render/render.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

// One figure of every sort.
UsageReport small_report() {
  MemorySnapshot ledger;
  Turn turn = test_turn(1, "s1", "cheap", 1'234'567, 1);
  turn.reasoning = 1;
  turn.cache_read = 2;
  turn.cache_create_5m = 3;
  turn.cache_create_1h = 4;
  turn.output_is_lower_bound = true;
  ledger.add(turn).add(test_turn(2, "s2", std::nullopt, 5)).add(test_turn(3, "s2", "n\x1b\"w", 6));
  UsageReport report = report_of(by({"model"}), ledger);
  report.storage = "sqlite";
  return report;
}

TEST_CASE("a report is one JSON document", "[render_json]") {
  CHECK(
      render_json(small_report()) ==
      R"({"schemaVersion":1,"storage":"sqlite","timezone":"Europe/Berlin","since":null,)"
      R"("until":null,"filters":{},"pricing":{"snapshot":"2026-01-01","source":"bundled",)"
      R"("ageDays":null,"overrides":false},"totals":{"turns":3,"sessions":2,"usage":{"input":1234578,"output":1,"reasoning":1,)"
      R"("cacheRead":2,"cacheCreate5m":3,"cacheCreate1h":4,"webSearchRequests":0},)"
      R"("costUsd":1.23459,"costMicros":1234590,"unpricedTurns":2,"outputIsLowerBoundTurns":1},)"
      R"("unpricedModels":[{"model":null,"turns":1},{"model":"n\u001b\"w","turns":1}],)"
      R"("unpricedTerms":[],"tables":[{"by":["model"],"rows":[)"
      R"({"model":"cheap","turns":1,"sessions":1,"usage":{"input":1234567,"output":1,)"
      R"("reasoning":1,"cacheRead":2,"cacheCreate5m":3,"cacheCreate1h":4,)"
      R"("webSearchRequests":0},"costUsd":1.23459,"costMicros":1234590,"unpricedTurns":0,)"
      R"("outputIsLowerBoundTurns":1},)"
      R"({"model":"n\u001b\"w","turns":1,"sessions":1,"usage":{"input":6,"output":0,)"
      R"("reasoning":0,"cacheRead":0,"cacheCreate5m":0,"cacheCreate1h":0,)"
      R"("webSearchRequests":0},"costUsd":null,"costMicros":null,"unpricedTurns":1,)"
      R"("outputIsLowerBoundTurns":0},)"
      R"({"model":null,"turns":1,"sessions":1,"usage":{"input":5,"output":0,)"
      R"("reasoning":0,"cacheRead":0,"cacheCreate5m":0,"cacheCreate1h":0,)"
      R"("webSearchRequests":0},"costUsd":null,"costMicros":null,"unpricedTurns":1,)"
      R"("outputIsLowerBoundTurns":0}]}]})"
      "\n");
}

TEST_CASE("what was asked for is said", "[render_json]") {
  MemorySnapshot nothing;
  ReportQuery query = by({"day", "tag:a.b"});
  query.since = parse_instant("2026-11-21T23:00:00Z");
  query.until = parse_instant("2026-11-22T00:00:00.5Z");
  query.filters.tag = {{"k", "v=w"}, {"l", ""}};
  query.filters.host = {"u@h"};
  query.filters.source = {"codex", "opencode"};
  const std::string json = render_json(report_of(query, nothing));
  CHECK_THAT(json, Catch::Contains(R"("since":"2026-11-21T23:00:00Z",)"
                                   R"("until":"2026-11-22T00:00:00.5Z",)"
                                   R"("filters":{"source":["codex","opencode"],"host":["u@h"],)"
                                   R"("tag":["k=v=w","l="]})"));
  CHECK_THAT(json,
             Catch::EndsWith(R"("costUsd":0.0,"costMicros":0,"unpricedTurns":0,)"
                             R"("outputIsLowerBoundTurns":0},"unpricedModels":[],)"
                             R"("unpricedTerms":[],"tables":[{"by":["day","tag:a.b"],"rows":[]}]})"
                             "\n"));
}

TEST_CASE("the fold says what it is, and has no name", "[render_json]") {
  MemorySnapshot ledger;
  ledger.add(test_turn(1, "s", "cheap", 2)).add(test_turn(2, "s", "dear", 0));
  ReportQuery query = by({"model", "session"});
  query.top = 1;
  const std::string json = render_json(report_of(query, ledger));
  CHECK_THAT(json, Catch::Contains(R"("rows":[{"model":"cheap","session":"s","turns":1)"));
  CHECK_THAT(json, Catch::Contains(R"({"other":true,"folded":1,"turns":1,"sessions":1,)"));
}

TEST_CASE("a report is a table for people", "[render_text]") {
  CHECK(render_text(small_report()) ==
        "Usage from the beginning to now (days in Europe/Berlin, list prices of 2026-01-01)\n"
        "\n"
        "model       turns  sessions      input  output  cache read  cache write      cost\n"
        "──────────  ─────  ────────  ─────────  ──────  ──────────  ───────────  ────────\n"
        "cheap           1         1  1,234,567       1           2            7     $1.23\n"
        "n\\x1b\"w         1         1          6       0           0            0  no price\n"
        "(no model)      1         1          5       0           0            0  no price\n"
        "──────────  ─────  ────────  ─────────  ──────  ──────────  ───────────  ────────\n"
        "total           3         2  1,234,578       1           2            7   ≥ $1.23\n"
        "\n"
        "no list price for: (no model) (1 turn), n\\x1b\"w (1 turn)\n"
        "1 turn: the log holds only a placeholder for the output, which is a lower bound\n");
}

TEST_CASE("wide names keep the columns straight", "[render_text]") {
  MemorySnapshot ledger;
  Turn wide = test_turn(1, "日本", "cheap", 2);
  ledger.add(wide).add(test_turn(2, "ab", "cheap", 1)).add(test_turn(3, "e\u0301", "dear", 0));
  ReportQuery query = by({"session", "model"});
  query.top = 2;
  query.since = parse_instant("2026-11-22T00:00:00Z");
  CHECK(render_text(report_of(query, ledger)) ==
        "Usage from 2026-11-22 01:00 to now (days in Europe/Berlin, list prices of "
        "2026-01-01)\n"
        "\n"
        "session    model  turns  sessions  input  output  cache read  cache write   cost\n"
        "─────────  ─────  ─────  ────────  ─────  ──────  ──────────  ───────────  ─────\n"
        "日本       cheap      1         1      2       0           0            0  $0.00\n"
        "ab         cheap      1         1      1       0           0            0  $0.00\n"
        "(1 other)             1         1      0       0           0            0  $0.00\n"
        "─────────  ─────  ─────  ────────  ─────  ──────  ──────────  ───────────  ─────\n"
        "total                 3         3      3       0           0            0  $0.00\n");
}

TEST_CASE("no turns is said in words", "[render_text]") {
  MemorySnapshot nothing;
  CHECK(render_text(report_of(by({"model"}), nothing)) ==
        "Usage from the beginning to now (days in Europe/Berlin, list prices of 2026-01-01)\n"
        "\nNo turns.\n");
}

TEST_CASE("each table that was asked for is there", "[render_text]") {
  MemorySnapshot ledger;
  ledger.add(test_turn(1, "s", "cheap", 2));
  ReportQuery query = by({"model"});
  query.tables.push_back({parse_dimension("day")});
  const std::string text = render_text(report_of(query, ledger));
  CHECK_THAT(text, Catch::Contains("\nmodel  turns"));
  CHECK_THAT(text, Catch::Contains("\nday         turns"));
  CHECK_THAT(text, Catch::Contains("\n2026-11-22      1"));
}

}  // namespace
}  // namespace relayburn
