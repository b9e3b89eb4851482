#include <catch2/catch.hpp>
#include <deque>
#include <string>

#include "core/records/activity.h"
#include "core/records/keys.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

// One session: lines come a minute apart.
class Talk {
 public:
  UserTurn prompt(std::string_view uuid, int64_t keywords, OptText parent = {}) {
    UserTurn turn;
    turn.source = "claude-code";
    turn.session_id = "s";
    turn.uuid = uuid;
    turn.parent_uuid = parent;
    turn.keywords = keywords;
    turn.ts = next();
    turn.id = line_key(turn.source, turn.session_id, uuid);
    return turn;
  }

  Turn reply(std::string_view uuid, OptText parent = {}) {
    Turn turn = test_turn(0, "s", "cheap", 1);
    turn.message_id = uuid;
    turn.uuid = uuid;
    turn.parent_uuid = parent;
    turn.ts = next();
    turn.id = turn.call_key = turn_key(turn.source, turn.session_id, uuid);
    return turn;
  }

  ToolCall call(std::string_view message, std::string_view name, OptText file = {},
                OptText family = {}) {
    uses_.push_back("use " + std::to_string(uses_.size()));
    ToolCall call;
    call.source = "claude-code";
    call.session_id = "s";
    call.message_id = message;
    call.tool_use_id = uses_.back();
    call.name = name;
    call.file_path = file;
    call.family = family;
    call.ts = next();
    call.id = tool_call_key(call.source, call.session_id, message, call.tool_use_id);
    return call;
  }

  ToolResult result(const ToolCall& call, std::string_view status, OptText line = {}) {
    ToolResult result;
    result.source = call.source;
    result.session_id = call.session_id;
    result.tool_use_id = call.tool_use_id;
    result.event_source = "tool_result";
    result.status = status;
    result.message_id = line;
    result.ts = next();
    result.id = tool_result_key(result.source, result.session_id, result.tool_use_id,
                                result.event_source, "line");
    return result;
  }

 private:
  Instant next() { return Instant{++minutes_ * 60'000'000}; }

  int64_t minutes_ = 0;
  std::deque<std::string> uses_;
};

std::string activity_in(MemorySnapshot& ledger) {
  ReportQuery query = by({"activity"});
  const UsageReport report = report_of(query, ledger);
  std::string names;
  for (const std::string& name : row_names(report)) names += (names.empty() ? "" : " ") + name;
  return names;
}

struct CallPlan {
  std::string_view name;
  std::string_view file = {};
  std::string_view family = {};
  bool fails = false;
};

// What a turn of these calls is about, to a prompt with these keywords.
std::string activity_of(std::initializer_list<CallPlan> calls, int64_t prompt = 0, int64_t own = 0,
                        int64_t reasoning = 0) {
  Talk talk;
  MemorySnapshot ledger;
  ledger.add(talk.prompt("u", prompt));
  Turn turn = talk.reply("m", "u");
  turn.keywords = own;
  turn.reasoning = reasoning;
  ledger.add(turn);
  for (const CallPlan& plan : calls) {
    const auto text = [](std::string_view t) { return t.empty() ? OptText() : OptText(t); };
    const ToolCall call = talk.call("m", plan.name, text(plan.file), text(plan.family));
    ledger.add(call).add(talk.result(call, plan.fails ? "errored" : "completed"));
  }
  return activity_in(ledger);
}

TEST_CASE("turns without calls are told by their words", "[report]") {
  CHECK(activity_of({}) == "conversation");
  CHECK(activity_of({}, 0, 0, 5) == "reasoning");
  CHECK(activity_of({}, kPlanningWords, 0, 5) == "planning");
  CHECK(activity_of({}, kPlanningWords, kBrainstormWords) == "brainstorming");
  CHECK(activity_of({}, kBrainstormWords | kFeatureWords) == "feature");
  CHECK(activity_of({}, kFeatureWords, kRefactorWords) == "refactoring");
  CHECK(activity_of({}, kReviewWords | kRefactorWords) == "review");
  CHECK(activity_of({}, kReviewWords | kDebugWords) == "debugging");
}

TEST_CASE("delegation and plans come before everything else", "[report]") {
  CHECK(activity_of({{"ExitPlanMode"}, {"Edit"}, {"Task"}}) == "delegation");
  CHECK(activity_of({{"Edit", "a.cc", "", true}, {"ExitPlanMode"}}, kDebugWords) == "planning");
  for (const char* name : {"Agent", "Task", "task", "subagent", "spawn_agent", "send_input",
                           "wait_agent", "close_agent", "resume_agent"})
    CHECK(activity_of({{name}}) == "delegation");
  CHECK(activity_of({{"update_plan"}}) == "planning");
}

TEST_CASE("edits are coding, unless something tells more", "[report]") {
  for (const char* name : {"Edit", "Write", "NotebookEdit", "MultiEdit", "apply_patch",
                           "write_file", "edit", "write", "multiedit", "patch"})
    CHECK(activity_of({{name, "a.cc"}}, kReviewWords) == "coding");
  CHECK(activity_of({{"Edit", "a.cc"}, {"Bash", "", "testing", true}}) == "debugging");
  CHECK(activity_of({{"Edit", "README.md"}, {"Write", "docs/x"}}, kDebugWords) == "docs");
  CHECK(activity_of({{"Edit", "README.md"}, {"Write", "a.cc"}}) == "coding");
  CHECK(activity_of({{"Edit", "README.md"}, {"Write"}}) == "coding");
  CHECK(activity_of({{"Edit", "a.cc"}}, kRefactorWords, kDebugWords) == "debugging");
  CHECK(activity_of({{"Edit", "a.cc"}}, kRefactorWords | kFeatureWords) == "refactoring");
  CHECK(activity_of({{"Edit", "a.cc"}}, kFeatureWords) == "feature");
}

TEST_CASE("two edits after a command after an edit are debugging", "[report]") {
  CHECK(activity_of({{"Edit", "a"}, {"Bash"}, {"Edit", "a"}}) == "coding");
  CHECK(activity_of({{"Bash"}, {"Edit", "a"}, {"Edit", "a"}, {"Bash"}, {"Edit", "a"}}) == "coding");
  CHECK(activity_of({{"Edit", "a"}, {"Bash"}, {"Edit", "a"}, {"exec_command"}, {"Edit", "a"}}) ==
        "debugging");
}

TEST_CASE("commands are told by the first family", "[report]") {
  CHECK(activity_of({{"Read", "a"}, {"Bash"}, {"Bash", "", "git"}, {"Bash", "", "testing"}},
                    kDebugWords) == "git");
  for (const char* family :
       {"testing", "review", "git", "deps", "format", "verification", "build-deploy"})
    CHECK(activity_of({{"bash", "", family}}) == family);
  CHECK(activity_of({{"shell", "", "git", true}}) == "debugging");
}

TEST_CASE("other calls are exploration, or what their words say", "[report]") {
  CHECK(activity_of({{"Read", "a"}}, kPlanningWords, 0, 5) == "exploration");
  CHECK(activity_of({{"Grep"}}, kReviewWords) == "review");
  CHECK(activity_of({{"Grep"}, {"Bash"}}, kFeatureWords) == "feature");
}

TEST_CASE("the prompt is found through results and lines that are nobody's", "[report]") {
  Talk talk;
  MemorySnapshot ledger;
  ledger.add(talk.prompt("u1", kFeatureWords));
  ledger.add(talk.reply("m1", "u1"));
  const ToolCall call = talk.call("m1", "Read");
  ledger.add(call).add(talk.result(call, "completed", "r1"));
  UserTurn notice = talk.prompt("u2", kDebugWords, "r1");
  notice.is_meta = true;
  UserTurn summary = talk.prompt("u3", kDebugWords, "u2");
  summary.is_compact_summary = true;
  ledger.add(notice).add(summary);
  // Another prompt comes first, on another branch of the talk.
  ledger.add(talk.prompt("u4", kDebugWords));
  ledger.add(talk.reply("m2", "u3"));
  CHECK(activity_in(ledger) == "feature");
}

TEST_CASE("where the chain breaks the last prompt of the same agent counts", "[report]") {
  Talk talk;
  MemorySnapshot ledger;
  ledger.add(talk.prompt("u1", kReviewWords));
  UserTurn other = talk.prompt("u2", kDebugWords);
  other.agent_id = "a1";
  other.is_sidechain = true;
  ledger.add(other).add(talk.reply("m1", "unknown"));
  CHECK(activity_in(ledger) == "review");
  Turn agent = talk.reply("m2", "unknown");
  agent.agent_id = "a1";
  agent.is_sidechain = true;
  agent.input = 1000;
  ledger.add(agent);
  CHECK(activity_in(ledger) == "debugging review");
  ledger.add(talk.prompt("u3", kFeatureWords));
  CHECK(activity_in(ledger) == "debugging review");
}

TEST_CASE("an agent without a prompt of its own answers the session's", "[report]") {
  Talk talk;
  MemorySnapshot ledger;
  ledger.add(talk.prompt("u1", kReviewWords));
  Turn agent = talk.reply("m1");
  agent.agent_id = "a1";
  ledger.add(agent);
  CHECK(activity_in(ledger) == "review");
}

TEST_CASE("parents in a circle lead nowhere", "[report]") {
  Talk talk;
  MemorySnapshot ledger;
  ledger.add(talk.reply("m1", "m2")).add(talk.reply("m2", "m1")).add(talk.reply("m3", "m3"));
  CHECK(activity_in(ledger) == "conversation");
}

TEST_CASE("all prompts of a Codex task have its name", "[report]") {
  Talk talk;
  MemorySnapshot ledger;
  UserTurn first = talk.prompt("task", 0), second = talk.prompt("task", kDebugWords);
  second.id = hash_key("second");
  Turn turn = talk.reply("m1", "task");
  ledger.add(first).add(second).add(turn);
  CHECK(activity_in(ledger) == "debugging");
}

}  // namespace
}  // namespace relayburn
