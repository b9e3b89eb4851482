#include <catch2/catch.hpp>
#include <string>

#include "core/records/keys.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

Turn turn_of(std::string_view message, int64_t input, OptText model = "cheap",
             OptText session = "s") {
  Turn turn = test_turn(0, session, model, input);
  turn.message_id = message;
  turn.id = turn.call_key = turn_key(turn.source, session, message);
  return turn;
}

void add_call(MemorySnapshot& ledger, std::string_view message, std::string_view use,
              std::string_view name, OptText session = "s") {
  ToolCall call;
  call.source = "claude-code";
  call.session_id = session;
  call.message_id = message;
  call.tool_use_id = use;
  call.name = name;
  call.id = tool_call_key(call.source, session, message, use);
  ledger.add(call);
}

void add_result(MemorySnapshot& ledger, std::string_view use, std::optional<int64_t> bytes,
                std::string_view line = "l", std::string_view event = "tool_result") {
  ToolResult result;
  result.source = "claude-code";
  result.session_id = "s";
  result.tool_use_id = use;
  result.event_source = event;
  result.status = "completed";
  result.content_bytes = bytes;
  result.id = tool_result_key(result.source, result.session_id, use, event, line);
  ledger.add(result);
}

// A call of the turn "m1" and its result.
void add_answered(MemorySnapshot& ledger, std::string_view use, std::string_view tool,
                  int64_t bytes) {
  add_call(ledger, "m1", use, tool);
  add_result(ledger, use, bytes);
}

// "name: turns, sessions, input, cost", or with - for no name.
std::vector<std::string> rows_of(const UsageReport& report) {
  std::vector<std::string> rows = row_names(report);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Figures& figures = report.tables.at(0).rows[i].figures;
    rows[i] += ": " + std::to_string(figures.sums.turns) + ", " + std::to_string(figures.sessions) +
               ", " + std::to_string(figures.sums.input) + ", " + cost_of(figures);
  }
  return rows;
}

std::vector<std::string> tools_of(MemorySnapshot& ledger) {
  return rows_of(report_of(by({"tool"}), ledger));
}

using Rows = std::vector<std::string>;

TEST_CASE("a turn is split over its calls by the bytes of their results", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 1000));
  add_answered(ledger, "a", "Read", 700);
  add_answered(ledger, "b", "Bash", 300);
  add_answered(ledger, "c", "Grep", 0);
  CHECK(tools_of(ledger) ==
        Rows{"Read: 1, 1, 700, 0.0007", "Bash: 0, 0, 300, 0.0003", "Grep: 0, 0, 0, 0.0"});
}

TEST_CASE("where a result is missing a turn is split evenly", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 100));
  add_answered(ledger, "a", "Read", 700);
  add_answered(ledger, "b", "Read", 300);
  add_call(ledger, "m1", "c", "Bash");
  const bool says_nothing = GENERATE(false, true);
  if (says_nothing) add_result(ledger, "c", std::nullopt);
  // 33 each, and what is left over goes to the smaller name. Two calls of one tool add up.
  CHECK(tools_of(ledger) ==
        Rows{"Read: 1, 1, 66, 0.000066666666", "Bash: 0, 0, 34, 0.000033333334"});
}

TEST_CASE("results of no bytes at all split evenly, too", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 10));
  add_answered(ledger, "a", "Read", 0);
  add_answered(ledger, "b", "Bash", 0);
  CHECK(tools_of(ledger) == Rows{"Bash: 1, 1, 5, 0.000005", "Read: 0, 0, 5, 0.000005"});
}

TEST_CASE("what two lines say of one result is counted once", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 100));
  add_answered(ledger, "a", "Task", 50);
  add_answered(ledger, "b", "Bash", 50);
  add_result(ledger, "a", 40, "l", "subagent_notification");
  CHECK(tools_of(ledger) == Rows{"Bash: 1, 1, 50, 0.00005", "Task: 0, 0, 50, 0.00005"});
}

TEST_CASE("leftovers go to the largest remainders, and the cost is split by itself", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 5, "dear"));
  add_answered(ledger, "a", "a", 20);
  add_answered(ledger, "b", "b", 25);
  add_answered(ledger, "c", "c", 55);
  // Of 5 tokens 1, 1.25, 2.75; of 50 µ$ 10, 12.5, 27.5.
  CHECK(tools_of(ledger) ==
        Rows{"c: 1, 1, 3, 0.0000275", "b: 0, 0, 1, 0.0000125", "a: 0, 0, 1, 0.00001"});
}

TEST_CASE("shares of the greatest costs and sizes add up", "[report]") {
  MemorySnapshot ledger;
  constexpr int64_t most = int64_t{1} << 40;
  Turn turn = turn_of("m1", most, "dear");
  turn.output = turn.cache_read = turn.cache_create_5m = turn.cache_create_1h = most;
  ledger.add(turn);
  add_answered(ledger, "a", "a", most);
  add_answered(ledger, "b", "b", most - 1);
  add_answered(ledger, "c", "c", 1);
  const UsageReport report = report_of(by({"tool"}), ledger);
  Picodollars cost;
  GroupSums sums;
  for (const ReportRow& row : report.tables[0].rows) {
    CHECK(row.figures.cost > Picodollars{});
    cost += *row.figures.cost;
    sums += row.figures.sums;
  }
  CHECK(cost == *report.totals.cost);
  CHECK(sums == report.totals.sums);
}

TEST_CASE("a turn without calls is of no tool", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 3)).add(turn_of("m2", 5));
  add_call(ledger, "m1", "a", "Read");
  // One that was taken back, and one of another session, whose copy of the turn does not count.
  ToolCall gone;
  gone.source = "claude-code";
  gone.session_id = "s";
  gone.message_id = "m2";
  gone.tool_use_id = "b";
  gone.is_void = true;
  gone.id = hash_key("gone");
  ledger.add(gone);
  add_call(ledger, "m2", "c", "Bash", "t");
  CHECK(tools_of(ledger) == Rows{"Read: 1, 1, 3, 0.000003", "-: 1, 1, 5, 0.000005"});
}

TEST_CASE("unpriced turns are unpriced where they count, and their shares cost nothing",
          "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 10, "unheard-of")).add(turn_of("m2", 10));
  add_call(ledger, "m1", "a", "Read");
  add_call(ledger, "m1", "b", "Bash");
  add_call(ledger, "m2", "c", "Read");
  add_call(ledger, "m2", "d", "Grep");
  for (const char* use : {"a", "c"}) add_result(ledger, use, 6);
  for (const char* use : {"b", "d"}) add_result(ledger, use, 4);
  CHECK(tools_of(ledger) ==
        Rows{"Read: 2, 1, 12, 0.000006", "Grep: 0, 0, 4, 0.000004", "Bash: 0, 0, 4, 0.0"});
}

TEST_CASE("a row of unpriced turns that has a share of a priced one shows its cost", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 10, "unheard-of")).add(turn_of("m2", 10));
  add_call(ledger, "m1", "a", "Read");
  add_call(ledger, "m2", "b", "Read");
  add_call(ledger, "m2", "c", "Grep");
  add_result(ledger, "b", 4);
  add_result(ledger, "c", 6);
  const UsageReport report = report_of(by({"tool"}), ledger);
  CHECK(rows_of(report) == Rows{"Grep: 1, 1, 6, 0.000006", "Read: 1, 1, 14, 0.000004"});
  CHECK(report.tables[0].rows[1].figures.unpriced_turns == 1);
  CHECK(cost_of(report.totals) == "0.00001");
}

TEST_CASE("tools stand in composite tables, and --top folds them", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_of("m1", 10)).add(turn_of("m2", 4, "dear", "t"));
  for (const char* name : {"Read", "Bash", "Grep"}) add_call(ledger, "m1", name, name);
  add_call(ledger, "m2", "x", "Bash", "t");
  ReportQuery query = by({"tool", "model"});
  CHECK(rows_of(report_of(query, ledger)) ==
        Rows{"Bash/dear: 1, 1, 4, 0.00004", "Bash/cheap: 1, 1, 4, 0.000003333334",
             "Grep/cheap: 0, 0, 3, 0.000003333333", "Read/cheap: 0, 0, 3, 0.000003333333"});
  query.top = 1;
  CHECK(rows_of(report_of(query, ledger)) ==
        Rows{"Bash/dear: 1, 1, 4, 0.00004", "(other): 1, 1, 10, 0.00001"});
}

}  // namespace
}  // namespace relayburn
