#include <catch2/catch.hpp>
#include <string>

#include "core/records/keys.h"
#include "core/records/stamps.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

using Rows = std::vector<std::string>;

Rows rows_by(std::initializer_list<std::string_view> dimensions, MemorySnapshot& ledger,
             const ReportFilters& filters = {}) {
  ReportQuery query = by(dimensions);
  query.filters = filters;
  return row_names(report_of(query, ledger));
}

Turn turn_at(int number, std::string_view time) {
  Turn turn = test_turn(number, "s", "cheap", number);
  turn.ts = parse_instant(time);
  return turn;
}

void add_host(MemorySnapshot& ledger, std::string_view id, std::string_view label) {
  Host host;
  host.id = key_of({id});
  host.host_id = id;
  host.label = label;
  ledger.add(host);
}

void add_sighting(MemorySnapshot& ledger, std::string_view host, std::string_view session,
                  OptText cwd = {}, OptText remote = {}) {
  Sighting sighting;
  sighting.source = "claude-code";
  sighting.session_id = session;
  sighting.host_id = host;
  sighting.cwd = cwd;
  sighting.remote = remote;
  sighting.id = sighting_key(sighting);
  ledger.add(sighting);
}

TEST_CASE("days, weeks and months are those of the zone, in order of time", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(9, "2027-01-03T23:00:00Z"))
      .add(turn_at(2, "2027-01-03T22:59:59Z"))
      .add(turn_at(50, "2026-12-31T22:59:00Z"));
  Turn timeless = turn_at(1000, "2026-01-01T00:00:00Z");
  timeless.ts.reset();
  ledger.add(timeless);
  CHECK(rows_by({"day"}, ledger) == Rows{"2026-12-31", "2027-01-03", "2027-01-04", "-"});
  CHECK(rows_by({"week"}, ledger) == Rows{"2026-W53", "2027-W01", "-"});
  CHECK(rows_by({"month"}, ledger) == Rows{"2026-12", "2027-01", "-"});
}

TEST_CASE("hours come in order of time, also where the clock goes back", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "2026-10-25T00:30:00Z"))
      .add(turn_at(5, "2026-10-25T01:30:00Z"))
      .add(turn_at(3, "2026-10-25T02:30:00Z"));
  CHECK(rows_by({"hour"}, ledger) ==
        Rows{"2026-10-25T02+02:00", "2026-10-25T02+01:00", "2026-10-25T03+01:00"});
}

TEST_CASE("a table of times and models is sorted by time first", "[report]") {
  MemorySnapshot ledger;
  Turn dear = turn_at(1, "2026-11-02T12:00:00Z");
  dear.model = "dear";
  ledger.add(dear).add(turn_at(2, "2026-11-02T12:00:00Z")).add(turn_at(9, "2026-11-01T12:00:00Z"));
  CHECK(rows_by({"day", "model"}, ledger) ==
        Rows{"2026-11-01/cheap", "2026-11-02/dear", "2026-11-02/cheap"});
  CHECK(rows_by({"model", "day"}, ledger) ==
        Rows{"cheap/2026-11-01", "dear/2026-11-02", "cheap/2026-11-02"});
}

TEST_CASE("a session's host is the smallest label that sighted it", "[report]") {
  MemorySnapshot ledger;
  ledger.add(test_turn(1, "s", "cheap", 3)).add(test_turn(2, "t", "cheap", 2));
  ledger.add(test_turn(3, "u", "cheap", 1));
  add_host(ledger, "h1", "zoe@host");
  add_host(ledger, "h2", "ada@host");
  for (const char* host : {"h1", "h2"}) add_sighting(ledger, host, "s");
  add_sighting(ledger, "h1", "t");
  CHECK(rows_by({"host"}, ledger) == Rows{"ada@host", "zoe@host", "-"});
  ReportFilters filters;
  filters.host = {"zoe@host"};
  CHECK(rows_by({"session"}, ledger, filters) == Rows{"t"});
}

TEST_CASE("a project is the smallest remote that is known, else the directory", "[report]") {
  MemorySnapshot ledger;
  Turn logged = test_turn(1, "s", "cheap", 4), seen = test_turn(2, "s", "cheap", 3);
  logged.cwd = seen.cwd = "/w";
  logged.remote = "b.org/o/r";
  Turn plain = test_turn(3, "t", "cheap", 2);
  plain.cwd = "/plain";
  ledger.add(logged).add(seen).add(plain).add(test_turn(4, "u", "cheap", 1));
  CHECK(rows_by({"project"}, ledger) == Rows{"b.org/o/r", "/w", "/plain", "-"});
  add_sighting(ledger, "h1", "s", "/w", "c.org/o/r");
  CHECK(rows_by({"project"}, ledger) == Rows{"b.org/o/r", "c.org/o/r", "/plain", "-"});
  add_sighting(ledger, "h2", "s", "/w", "a.org/o/r");
  CHECK(rows_by({"project"}, ledger) == Rows{"a.org/o/r", "/plain", "-"});
  add_sighting(ledger, "h2", "t", "/elsewhere", "x.org/o/r");
  CHECK(rows_by({"project"}, ledger) == Rows{"a.org/o/r", "/plain", "-"});
}

TEST_CASE("the project filter takes remote or directory", "[report]") {
  MemorySnapshot ledger;
  Turn turn = test_turn(1, "s", "cheap", 1);
  turn.cwd = "/w";
  ledger.add(turn).add(test_turn(2, "t", "cheap", 1));
  add_sighting(ledger, "h", "s", "/w", "a.org/o/r");
  for (const char* project : {"/w", "a.org/o/r"}) {
    ReportFilters filters;
    filters.project = {project};
    CHECK(rows_by({"session"}, ledger, filters) == Rows{"s"});
  }
}

TEST_CASE("filters of one name are any of, filters of several are all of", "[report]") {
  MemorySnapshot ledger;
  Turn codex = test_turn(1, "s1", "cheap", 3);
  codex.source = "codex";
  ledger.add(codex).add(test_turn(2, "s1", "dear", 1)).add(test_turn(3, "s2", "cheap", 1));
  ledger.add(test_turn(4, std::nullopt, std::nullopt, 1));
  using Strings = std::vector<std::string>;
  const auto turns = [&](Strings ReportFilters::*name, const Strings& values,
                         const Strings& session = {}) {
    ReportQuery query = by({"model"});
    query.filters.session = session;
    query.filters.*name = values;
    return report_of(query, ledger).totals.sums.turns;
  };
  CHECK(turns(&ReportFilters::model, {}) == 4);
  CHECK(turns(&ReportFilters::source, {"codex"}) == 1);
  CHECK(turns(&ReportFilters::source, {"codex", "claude-code"}) == 4);
  CHECK(turns(&ReportFilters::model, {"cheap"}) == 2);
  CHECK(turns(&ReportFilters::model, {"cheap", "dear"}) == 3);
  CHECK(turns(&ReportFilters::model, {""}) == 0);
  CHECK(turns(&ReportFilters::session, {"s1"}) == 2);
  CHECK(turns(&ReportFilters::model, {"cheap"}, {"s1"}) == 1);
  CHECK(turns(&ReportFilters::provider, {"openai"}) == 1);
  CHECK(turns(&ReportFilters::provider, {"anthropic"}) == 3);
  CHECK(turns(&ReportFilters::host, {"h"}) == 0);
}

Turn subagent_turn(int number, OptText agent) {
  Turn turn = test_turn(number, "s", "cheap", 100 - number);
  turn.is_sidechain = true;
  turn.agent_id = agent;
  return turn;
}

TEST_CASE("agents have the type that their call, result or edge states", "[report]") {
  MemorySnapshot ledger;
  ledger.add(test_turn(0, "s", "cheap", 100)).add(subagent_turn(1, "by-call"));
  ledger.add(subagent_turn(2, "by-result")).add(subagent_turn(3, "by-edge"));
  ledger.add(subagent_turn(4, "nobody-knows")).add(subagent_turn(5, std::nullopt));
  ToolCall call;
  call.id = hash_key("call");
  call.source = "claude-code";
  call.session_id = "s";
  call.tool_use_id = "toolu_1";
  call.subagent_type = "called";
  ToolResult became;
  became.id = hash_key("became");
  became.source = "claude-code";
  became.session_id = "s";
  became.tool_use_id = "toolu_1";
  became.spawned_agent_id = "by-call";
  ToolResult stated = became;
  stated.id = hash_key("stated");
  stated.tool_use_id = "toolu_2";
  stated.spawned_agent_id = "by-result";
  stated.subagent_type = "stated";
  Relationship edge;
  edge.id = hash_key("edge");
  edge.source = "claude-code";
  edge.session_id = "s";
  edge.type = "subagent";
  edge.agent_id = "by-edge";
  edge.subagent_type = "edged";
  Relationship rejected = edge;
  rejected.id = hash_key("rejected");
  rejected.is_void = true;
  rejected.agent_id = "nobody-knows";
  ledger.add(call).add(became).add(stated).add(edge).add(rejected);
  CHECK(rows_by({"agent"}, ledger) == Rows{"unknown", "called", "stated", "edged", "-"});
}

TEST_CASE("branches and providers are as they are known", "[report]") {
  MemorySnapshot ledger;
  Turn branch = test_turn(1, "s", "cheap", 2);
  branch.branch = "main";
  Turn codex = test_turn(2, "s", "openrouter/x", 1);
  codex.source = "codex";
  ledger.add(branch).add(codex);
  CHECK(rows_by({"branch"}, ledger) == Rows{"main", "-"});
  CHECK(rows_by({"provider"}, ledger) == Rows{"anthropic", "openrouter"});
}

}  // namespace
}  // namespace relayburn
