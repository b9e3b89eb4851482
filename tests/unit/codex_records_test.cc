#include "core/sources/codex/codex_records.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/base/sha256.h"
#include "tests/unit/codex_log.h"

namespace relayburn {
namespace {

using Lines = std::vector<std::string>;
using Callers = std::map<std::string, std::string>;

const std::string kId(kTask);

TEST_CASE("a call belongs to the response that made it, before or behind its usage",
          "[codex_records]") {
  const std::string begin = session_meta("s") + task_started(kTask);
  const std::string one = token_count(kFirst, kFirst), two = token_count(kBoth, kSecond);
  const std::string context = turn_context("gpt-5-codex");
  const Callers expected = {{"c1", kId + "#100.40.10"}, {"c2", kId + "#300.130.30"}};
  // To 0.58 the usage comes first, later last; the totals are repeated as the next request begins.
  CHECK(CodexRun(begin + one + shell_call("c1") + output_of("c1") + context + one + two +
                 shell_call("c2") + output_of("c2"))
            .callers() == expected);
  CHECK(CodexRun(begin + shell_call("c1") + one + output_of("c1") + context + one +
                 shell_call("c2") + two + output_of("c2"))
            .callers() == expected);
  CHECK(CodexRun(begin + shell_call("c1") + one + shell_call("c2") + two).callers() == expected);
  // Outputs that are logged before the usage are of the same response.
  CHECK(CodexRun(begin + shell_call("c1") + output_of("c1") + one + shell_call("c2") +
                 output_of("c2") + two)
            .callers() == expected);
}

TEST_CASE("calls whose response is never billed are kept", "[codex_records]") {
  const std::string begin = session_meta("s") + task_started(kTask);
  const Callers unbilled = {{"c1", kId + "#?"}};
  const std::string usage = token_count(kFirst, kFirst);
  CHECK(CodexRun(begin + shell_call("c1") + output_of("c1")).callers() == unbilled);
  CHECK(CodexRun(begin + shell_call("c1") + user_says("Stop.") + usage).callers() == unbilled);
  CHECK(CodexRun(begin + shell_call("c1") + task_started("another") + usage).callers() == unbilled);
  CHECK(CodexRun(session_meta("s") + shell_call("c1") + output_of("c1")).callers() ==
        Callers{{"c1", "-#?"}});
}

TEST_CASE("calls move with a response that turns out to have an id", "[codex_records]") {
  const std::string begin = session_meta("s") + task_started(kTask);
  const std::string count = token_count(kFirst, kFirst);
  const std::string record = usage_record("resp_1", kTask, kFirst);
  for (const std::string& log : {begin + shell_call("c1") + count + record + output_of("c1"),
                                 begin + shell_call("c1") + count + output_of("c1") + record,
                                 begin + shell_call("c1") + record + count + output_of("c1"),
                                 begin + count + shell_call("c1") + record + output_of("c1")}) {
    CodexRun run(log);
    CHECK(run.callers() == Callers{{"c1", "resp_1"}});
    CHECK(run.turns().size() == 1);
  }
}

TEST_CASE("very many calls of one response are all kept", "[codex_records]") {
  std::string log = session_meta("s");
  for (int i = 0; i < 1000; ++i) log += shell_call("c" + std::to_string(i));
  CodexRun run(log + token_count(kFirst, kFirst));
  CHECK(run.all<ToolCall>().size() == 1000);
  for (const Cursor& cursor : run.sink.cursors) CHECK(cursor.state.size() <= size_t{64} << 10);
}

TEST_CASE("the first session_meta names the session", "[codex_records]") {
  CodexRun run(session_meta("child", R"(,"forked_from_id":"parent","git":{"branch":"b"})") +
               session_meta("parent", R"(,"git":{"branch":"theirs"})") +
               token_count(kFirst, kFirst));
  const Turn turn = run.all<Turn>().at(0);
  CHECK(turn.session_id == "child");
  CHECK(turn.is_fork);
  CHECK(turn.branch == "b");
  Lines edges;
  for (const Relationship& edge : run.all<Relationship>())
    edges.push_back(std::string(edge.type) + " " + std::string(edge.session_id.value_or("-")) +
                    " " + std::string(edge.related_session_id.value_or("-")));
  std::sort(edges.begin(), edges.end());
  CHECK(edges == Lines{"fork child parent", "root child -"});
}

TEST_CASE("a resumed session goes on under what the log says by then", "[codex_records]") {
  const std::string git =
      R"(,"git":{"branch":"old","repository_url":"git@GitHub.com:Ada/Engine.git"})";
  std::string resumed = session_meta("s", R"(,"git":{"branch":"new"})");
  resumed.replace(resumed.find("0.104.0"), 7, "0.145.0");
  CodexRun run(session_meta("s", git) + turn_context("gpt-5-codex") + token_count(kFirst, kFirst) +
               resumed + turn_context("gpt-5.5", R"(,"cwd":"/home/ada/other")") +
               token_count(kBoth, kSecond));
  const Turn before = run.turns().at("-#100.40.10"), after = run.turns().at("-#300.130.30");
  CHECK((before.branch == "old" && before.version == "0.104.0"));
  CHECK((before.model == "gpt-5-codex" && before.cwd == "/home/ada/engine"));
  CHECK((after.branch == "new" && after.version == "0.145.0"));
  CHECK((after.model == "gpt-5.5" && after.cwd == "/home/ada/other"));
  CHECK(after.remote == "github.com/Ada/Engine");
}

TEST_CASE("a subagent's session says so", "[codex_records]") {
  const std::string spawned =
      R"(,"source":{"subagent":{"thread_spawn":{"parent_thread_id":"p","depth":1,)"
      R"("agent_role":"explorer"}}})";
  struct Case {
    std::string meta;
    OptText parent, type;
  };
  for (const Case& each : {Case{spawned, "p", "explorer"},
                           Case{R"(,"source":{"subagent":"review"})", std::nullopt, "review"},
                           Case{R"(,"parent_thread_id":"p","agent_role":"r")", "p", "r"}}) {
    CodexRun run(session_meta("child", each.meta) + token_count(kFirst, kFirst));
    const Turn turn = run.all<Turn>().at(0);
    CHECK(turn.is_sidechain);
    CHECK(turn.agent_id == "child");
    const std::vector<Relationship> edges = run.all<Relationship>();
    const auto edge = std::find_if(edges.begin(), edges.end(),
                                   [](const Relationship& e) { return e.type == "subagent"; });
    REQUIRE(edge != edges.end());
    CHECK(edge->related_session_id == each.parent);
    CHECK(edge->agent_id == "child");
    CHECK(edge->subagent_type == each.type);
  }
  for (const char* source : {R"(,"source":"cli")", R"(,"source":null)", R"(,"source":{})", ""}) {
    CodexRun run(session_meta("s", source) + token_count(kFirst, kFirst));
    CHECK_FALSE(run.all<Turn>().at(0).is_sidechain);
  }
}

TEST_CASE("a spawn is told by the output of spawn_agent and by its event", "[codex_records]") {
  const auto spawn = [](std::string_view id) {
    return response_item(R"({"type":"function_call","name":"spawn_agent","call_id":")" +
                         std::string(id) + R"(","arguments":"{\"agent_type\":\"worker\"}"})");
  };
  CodexRun run(session_meta("s") + spawn("c1") +
               output_of("c1", R"({\"agent_id\":\"a1\",\"nickname\":\"Bo\"})") +
               output_of("c9", R"({\"agent_id\":\"no spawn\"})") +
               codex_line("event_msg",
                          R"({"type":"collab_agent_spawn_end","call_id":"c2","new_thread_id":"a2",)"
                          R"("sender_thread_id":"s","new_agent_role":"explorer"})"));
  Lines edges;
  for (const Relationship& edge : run.all<Relationship>())
    if (edge.type == "subagent")
      edges.push_back(std::string(*edge.session_id) + " of " +
                      std::string(*edge.related_session_id) + " by " +
                      std::string(*edge.parent_tool_use_id) + " " +
                      std::string(edge.subagent_type.value_or("?")));
  std::sort(edges.begin(), edges.end());
  CHECK(edges == Lines{"a1 of s by c1 ?", "a2 of s by c2 explorer"});
  for (const ToolResult& result : run.all<ToolResult>())
    CHECK(result.spawned_session_id.has_value() == (result.tool_use_id == "c1"));
}

struct Facts {
  std::string family, file;
};

Facts facts_of(const std::string& payload) {
  CodexRun run(session_meta("s") + response_item(payload) + token_count(kFirst, kFirst));
  const ToolCall call = run.all<ToolCall>().at(0);
  return {std::string(call.family.value_or("")), std::string(call.file_path.value_or(""))};
}

TEST_CASE("what a tool was asked to do is told without its text", "[codex_records]") {
  const auto call = [](std::string_view name, std::string_view arguments) {
    return R"({"type":"function_call","call_id":"c","name":")" + std::string(name) +
           R"(","arguments":)" + std::string(arguments) + "}";
  };
  CHECK(facts_of(call("exec_command", R"("{\"cmd\":\"pytest -q\"}")")).family == "testing");
  CHECK(facts_of(call("shell", R"("{\"command\":[\"bash\",\"-lc\",\"git push\"]}")")).family ==
        "git");
  CHECK(facts_of(call("shell", R"("{\"command\":[\"cargo\",\"build\"]}")")).family ==
        "build-deploy");
  CHECK(facts_of(call("shell_command", R"({"command":"npm install"})")).family == "deps");
  CHECK(facts_of(call("view_image", R"("{\"path\":\"/a.png\"}")")).file == "/a.png");
  CHECK(facts_of(R"({"type":"local_shell_call","call_id":"c","action":{"type":"exec",)"
                 R"("command":["bash","-lc","git commit"]}})")
            .family == "git");
  CHECK(facts_of(R"({"type":"custom_tool_call","call_id":"c","name":"apply_patch",)"
                 R"("input":"*** Begin Patch\n*** Update File: src/a b.cc\n@@\n*** End Patch\n"})")
            .file == "src/a b.cc");
}

TEST_CASE("arguments are hashed as the record reference says", "[codex_records]") {
  const auto hash = [](const std::string& payload) {
    CodexRun run(session_meta("s") + response_item(payload) + token_count(kFirst, kFirst));
    return to_hex(run.all<ToolCall>().at(0).args_hash).substr(0, 16);
  };
  const std::string call = R"({"type":"function_call","call_id":"c","name":"x","arguments":)";
  CHECK(hash(call + R"("{\"command\":\"ls -la\"}"})") == "1df8bccaec747dc6");
  CHECK(hash(call + R"("{ \"command\" : \"ls -la\" }"})") == "1df8bccaec747dc6");
  CHECK(hash(call + R"({"command":"ls -la"}})") == "1df8bccaec747dc6");
  for (const char* none : {"null", "\"\"", R"("[REDACTED")", R"("[1]")", "{}"})
    CHECK(hash(call + none + "}") == "44136fa355b3678a");
  CHECK(hash(R"({"type":"custom_tool_call","call_id":"c","name":"apply_patch",)"
             R"("input":"*** Begin Patch\n*** End Patch\n"})") == "01bef7ae3e8ae927");
}

TEST_CASE("how a result went", "[codex_records]") {
  const auto status = [](const std::string& line) {
    CodexRun run(session_meta("s") + line);
    const std::vector<ToolResult> results = run.all<ToolResult>();
    return results.empty() ? std::string("none") : std::string(results.at(0).status);
  };
  for (const char* good :
       {"ok", "", R"({\"output\":\"x\",\"metadata\":{\"exit_code\":0}})",
        R"(Chunk ID: 7\nProcess exited with code 0\nOutput:\nx)",
        R"(Wall time: 1\nOutput:\nExit code: 1)", "I saw Exit code: 1", "Exit code: 0 (fine)"}) {
    CAPTURE(good);
    CHECK(status(output_of("c", good)) == "completed");
  }
  for (const char* bad :
       {R"({\"output\":\"x\",\"metadata\":{\"exit_code\":1}})",
        R"({\"metadata\":{\"exit_code\":-1}})", R"(Exit code: 127\nOutput:\n)",
        R"(Wall time: 1\r\nProcess exited with code 2\r\nOutput:\r\n)", R"({\"success\":false})",
        "apply_patch verification failed: no such line"}) {
    CAPTURE(bad);
    CHECK(status(output_of("c", bad)) == "errored");
  }
  const auto output = [](const char* value) {
    return response_item(R"({"type":"custom_tool_call_output","call_id":"c","output":)" +
                         std::string(value) + "}");
  };
  CHECK(status(output(R"([{"type":"input_text","text":"Exit code: 3\n"}])")) == "errored");
  CHECK(status(output(R"([{"type":"input_text","text":"fine"}])")) == "completed");
  CHECK(status(output(R"({"content":"x","success":false})")) == "errored");
  CHECK(status(output("null")) == "completed");
}

TEST_CASE("events tell of failures, and of nothing else", "[codex_records]") {
  const auto status = [](const std::string& payload) {
    CodexRun run(session_meta("s") + codex_line("event_msg", payload));
    const std::vector<ToolResult> results = run.all<ToolResult>();
    if (results.empty()) return std::string("none");
    CHECK_FALSE(results.at(0).content_bytes);
    return std::string(results.at(0).tool_use_id) + " " + std::string(results.at(0).status);
  };
  const std::string call = R"("call_id":"c",)";
  CHECK(status("{" + call + R"("type":"exec_command_end","exit_code":1})") == "c errored");
  CHECK(status("{" + call + R"("type":"exec_command_end","exit_code":0})") == "none");
  CHECK(status("{" + call + R"("type":"patch_apply_end","success":false})") == "c errored");
  CHECK(status("{" + call + R"("type":"patch_apply_end","success":true})") == "none");
  CHECK(status("{" + call + R"("type":"mcp_tool_call_end","result":{"Err":"no"}})") == "c errored");
  CHECK(status("{" + call + R"("type":"mcp_tool_call_end","result":{"Ok":{"isError":true}}})") ==
        "c errored");
  CHECK(status("{" + call + R"("type":"mcp_tool_call_end","result":{"Ok":{"isError":false}}})") ==
        "none");
  for (const char* state : {"failed", "declined"})
    CHECK(
        status(R"({"type":"item_completed","item":{"type":"CommandExecution","id":"i","status":")" +
               std::string(state) + "\"}}") == "i errored");
  CHECK(status(R"({"type":"item_completed","item":{"id":"i","status":"completed"}})") == "none");
}

TEST_CASE("what the harness puts into a prompt is no prompt", "[codex_records]") {
  for (const char* text : {"<environment_context>\\n<cwd>/x</cwd>", "<user_instructions>x",
                           "# AGENTS.md\\nx", "<turn_aborted>", "\\n <INSTRUCTIONS>x", ""})
    CHECK(CodexRun(session_meta("s") + user_says(text)).all<UserTurn>().empty());
  CodexRun run(session_meta("s") + task_started(kTask) + user_says("fix the bug"));
  const UserTurn turn = run.all<UserTurn>().at(0);
  CHECK(turn.text_bytes == 11);
  CHECK(turn.keywords == 1);
  CHECK(turn.uuid == kTask);
}

TEST_CASE("the service tier and the model that the settings name", "[codex_records]") {
  CodexRun run(session_meta("s") + turn_context("gpt-5.5") +
               codex_line("event_msg", R"({"type":"thread_settings_applied","thread_settings":)"
                                       R"({"model":"gpt-5.6-luna","service_tier":"priority"}})") +
               token_count(kFirst, kFirst));
  CHECK(run.all<Turn>().at(0).model == "gpt-5.6-luna");
  CHECK(run.all<Turn>().at(0).service_tier == "priority");
}

TEST_CASE("content is what was said, done and returned", "[codex_records]") {
  CodexRun run(
      session_meta("s") + user_says("Hello.") + user_says("<environment_context>") +
      response_item(R"({"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}],)"
                    R"("content":null,"encrypted_content":"zzz"})") +
      response_item(R"({"type":"message","role":"assistant","content":[)"
                    R"({"type":"output_text","text":"Hi."}]})") +
      response_item(R"({"type":"message","role":"developer","content":[{"text":"Obey."}]})") +
      shell_call("c1") + output_of("c1", "a.txt"));
  Lines content;
  for (const Content& each : run.all<Content>())
    content.push_back(std::string(each.content_kind) + "/" + std::string(each.role) + " " +
                      std::string(each.body));
  std::sort(content.begin(), content.end());
  CHECK(content == Lines{"text/assistant Hi.", "text/user Hello.", "thinking/assistant Hm.",
                         "tool_result/user a.txt", R"(tool_use/assistant {"cmd":"ls"})"});
}

}  // namespace
}  // namespace relayburn
