#include "core/sources/opencode/opencode_records.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "core/records/merge.h"
#include "core/sources/opencode/opencode_database.h"
#include "tests/unit/opencode_log.h"

namespace relayburn {
namespace {

using Counts = std::array<int64_t, 5>;  // input, output, reasoning, cache read, cache write

Counts counts_of(const Turn& turn) {
  return {turn.input, turn.output, turn.reasoning, turn.cache_read, turn.cache_create_5m};
}

TEST_CASE("a turn has what its message says", "[opencode_records]") {
  OpencodeRun run;
  run.session.id = "ses_1";
  run.session.version = "1.2.3";
  run.add(kReply + "," + kTokens + ",'cost':0.0125");
  const Turn turn = run.only<Turn>();
  CHECK(turn.message_id == "msg_1");
  CHECK(turn.session_id == "ses_1");
  CHECK(turn.id == turn_key("opencode", "ses_1", "msg_1"));
  CHECK(turn.call_key == key_of({"opencode", "msg_1"}));
  CHECK(turn.model == "anthropic/claude-opus-4-6");
  CHECK(turn.ts == Instant{1'000'000'000});
  CHECK(counts_of(turn) == Counts{10, 23, 3, 40, 5});
  CHECK_FALSE(turn.context_tokens);
  CHECK(turn.stop_reason == "stop");
  CHECK(turn.cwd == "/home/ada");
  CHECK(turn.version == "1.2.3");
  CHECK(turn.parent_uuid == "msg_u");
  CHECK(turn.reported_cost_usd == "0.0125");
  CHECK_FALSE(turn.is_sidechain);
  CHECK(run.sink.issues.empty());
}

const std::string kFirstStep = step("'input':1,'output':2,'cache':{'read':100,'write':7}");
const std::string kLastStep = step("'input':4,'output':8,'reasoning':16,'cache':{'read':32}");

TEST_CASE("each step that states tokens is a turn, and the message's own tokens are but the last",
          "[opencode_records]") {
  OpencodeRun run(kReply + "," + kTokens, {kFirstStep, step(""), kLastStep});
  const std::vector<Turn> turns = run.sorted_turns();
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].message_id == "msg_1");
  CHECK(turns[1].message_id == "msg_1#2");
  CHECK(counts_of(turns[0]) == Counts{1, 2, 0, 100, 7});
  CHECK(counts_of(turns[1]) == Counts{4, 24, 16, 32, 0});
  CHECK(turns[1].id == turn_key("opencode", "ses_1", "msg_1#2"));
  CHECK(turns[1].call_key == key_of({"opencode", "msg_1#2"}));
  for (const Turn& turn : turns) {
    CHECK_FALSE(turn.context_tokens);  // what it states is one request
    CHECK_FALSE(turn.calls);
    CHECK(turn.stop_reason == "tool-calls");
    CHECK(turn.model == "anthropic/claude-opus-4-6");
    CHECK(turn.parent_uuid == "msg_u");
  }
}

TEST_CASE("the turn of one step is that of its message", "[opencode_records]") {
  OpencodeRun run(kReply, {kFirstStep});
  const Turn turn = run.only<Turn>();
  CHECK(turn.message_id == "msg_1");
  CHECK(counts_of(turn) == Counts{1, 2, 0, 100, 7});
}

// The records of a ledger that saw each of the versions.
std::vector<std::string> after(const std::vector<std::vector<std::string>>& versions) {
  OpencodeRun run;
  for (const std::vector<std::string>& parts : versions) {
    run.updated_ms = 1'000'000 + 10 * static_cast<int64_t>(parts.size());  // within one second
    run.add(kReply + "," + kTokens, parts);
  }
  return run.digest();
}

TEST_CASE("a message that grows ends as one that was seen whole, in any order",
          "[opencode_records]") {
  const std::string tool = tool_part("'status':'completed','input':{'command':'ls'},'output':'o'");
  const std::string text = "{'type':'text','text':'Fix the bug'}";
  const std::vector<std::string> none, one{kFirstStep}, open{kFirstStep, text, tool},
      whole{kFirstStep, text, tool, kLastStep};
  const std::vector<std::string> expected = after({whole});
  for (const auto& early : {none, one, open}) {
    CHECK(after({early, whole}) == expected);
    CHECK(after({whole, early}) == expected);
  }
  CHECK(after({open, one, whole, none}) == expected);
}

TEST_CASE("a part that could not be read at first costs nothing in the end", "[opencode_records]") {
  const std::string tool = tool_part("'status':'completed','input':{'command':'ls'},'output':'o'");
  const std::string third = step("'input':7,'output':1");
  const std::vector<std::string> whole{kFirstStep, tool, kLastStep, third},
      without_first{tool, kLastStep, third}, without_last{kFirstStep, tool, kLastStep};
  for (const auto& damaged : {without_first, without_last}) {
    CHECK(after({damaged, whole}) == after({whole}));
    CHECK(after({whole, damaged}) == after({whole}));
  }
}

TEST_CASE("a tool call is of the turn of the step that made it", "[opencode_records]") {
  const auto tool = [](const std::string& id) {
    return "{'type':'tool','callID':'" + id +
           "','tool':'bash','state':{'status':'completed','input':{},'output':''}}";
  };
  OpencodeRun run(kReply,
                  {tool("a"), kFirstStep, tool("b"), kLastStep, tool("c"), step(""), tool("d")});
  std::map<std::string, std::string> callers;
  for (const ToolCall& call : run.all<ToolCall>()) {
    callers.emplace(call.tool_use_id, call.message_id);
    CHECK(call.id == tool_call_key("opencode", "ses_1", "msg_1", call.tool_use_id));
  }
  CHECK(callers == std::map<std::string, std::string>{
                       {"a", "msg_1"}, {"b", "msg_1#2"}, {"c", "msg_1"}, {"d", "msg_1"}});
}

TEST_CASE("a copy that does not know the steps leaves the calls where they were made",
          "[opencode_records]") {
  const std::string tool = tool_part("'status':'completed','input':{},'output':''");
  for (const bool copy_first : {false, true}) {
    OpencodeRun run;
    if (copy_first) run.add(kReply, {tool});
    run.add(kReply, {kFirstStep, tool, kLastStep});
    if (!copy_first) run.add(kReply, {tool});
    CHECK(run.only<ToolCall>().message_id == "msg_1#2");
    CHECK(run.sorted_turns().size() == 2);
  }
}

TEST_CASE("keywords are of the step whose text says them", "[opencode_records]") {
  OpencodeRun run(kReply, {kFirstStep, "{'type':'text','text':'Fix the bug'}", kLastStep});
  const std::vector<Turn> turns = run.sorted_turns();
  CHECK(turns[0].keywords == 0);
  CHECK(turns[1].keywords != 0);
}

TEST_CASE("an output below 0 is what the reasoning leaves of it", "[opencode_records]") {
  const auto output = [](const std::string& counts) {
    OpencodeRun run(kReply, {step(counts)});
    return std::pair(run.only<Turn>().output, run.sink.issues.size());
  };
  CHECK(output("'input':10,'output':-46,'reasoning':100") == std::pair(int64_t{54}, size_t{0}));
  CHECK(output("'input':10,'output':-46,'reasoning':40") == std::pair(int64_t{0}, size_t{1}));
  CHECK(output("'input':10,'output':-46") == std::pair(int64_t{0}, size_t{1}));
  CHECK(output("'input':10,'output':-0.5,'reasoning':9") == std::pair(int64_t{9}, size_t{1}));
}

TEST_CASE("caches alone are usage", "[opencode_records]") {
  CHECK(OpencodeRun(kReply, {step("'cache':{'read':7}")}).only<Turn>().cache_read == 7);
}

TEST_CASE("usage without a count that is known is reported", "[opencode_records]") {
  OpencodeRun run(kReply + ",'tokens':{'prompt':1}", {step("'total':9")});
  CHECK(run.sink.unknowns.size() == 2);
  CHECK(OpencodeRun(kReply + ",'tokens':{}", {step("")}).sink.unknowns.empty());
}

TEST_CASE("a model bears its provider, a local one too", "[opencode_records]") {
  for (const char* provider : {"lmstudio", "ollama", "llama.cpp", "vllm", "openrouter"}) {
    OpencodeRun run("'role':'assistant','finish':'stop','providerID':'" + std::string(provider) +
                    "','modelID':'qwen/qwen3-coder-30b'," + kTokens);
    CHECK(run.only<Turn>().model == std::string(provider) + "/qwen/qwen3-coder-30b");
  }
}

TEST_CASE("a step that stands there twice counts once", "[opencode_records]") {
  const std::string twice =
      "{'id':'prt_same','type':'step-finish','tokens':{'input':1,'output':2}}";
  CHECK(OpencodeRun(kReply, {twice, twice}).only<Turn>().input == 1);
}

TEST_CASE("the agent's own figure is the message's, else the sum of its steps'",
          "[opencode_records]") {
  const auto cost = [](const std::string& message, const std::vector<std::string>& steps) {
    std::vector<std::string> parts;
    for (const std::string& each : steps) parts.push_back(step("'input':1", ",'cost':" + each));
    OpencodeRun run(kReply + message, parts);
    std::string costs;
    for (const Turn& turn : run.sorted_turns())
      costs += (costs.empty() ? "" : " ") + std::string(turn.reported_cost_usd.value_or("none"));
    return costs;
  };
  CHECK(cost(",'cost':0.5", {}) == "0.5");
  CHECK(cost(",'cost':0.5", {"0.1"}) == "0.5");
  CHECK(cost("", {"0.1"}) == "0.1");
  CHECK(cost(",'cost':0.3", {"0.1", "0.2"}) == "0.1 0.2");
  CHECK(cost(",'cost':0.3", {"null", "null"}) == "0.3 none");
  CHECK(cost(",'cost':{'usd':1}", {}) == "none");
  CHECK(cost(",'cost':-1", {"-0.5", "'2'", "1e999999999"}) == "none none none");
  CHECK(cost(",'cost':null", {"0"}) == "0");
}

TEST_CASE("costs of steps that state no tokens are added up", "[opencode_records]") {
  const auto cost = [](const std::vector<std::string>& costs) {
    std::vector<std::string> parts;
    for (const std::string& each : costs) parts.push_back(step("", ",'cost':" + each));
    OpencodeRun run(kReply + "," + kTokens, parts);
    return std::string(run.only<Turn>().reported_cost_usd.value_or("none"));
  };
  CHECK(cost({"0.1", "0.2"}) == "0.3");
  CHECK(cost({"1e-3", "9.999"}) == "10");
  CHECK(cost({"12.5E1", "0.07", "0"}) == "125.07");
}

TEST_CASE("a reply is a turn once it says its end, or cannot go on", "[opencode_records]") {
  const std::string open = "'role':'assistant','time':{'created':1}," + kTokens;
  CHECK(OpencodeRun(open).all<Turn>().empty());
  CHECK(OpencodeRun(open + ",'finish':'stop'").all<Turn>().size() == 1);
  CHECK(OpencodeRun(open + ",'error':{'name':'Aborted'}").all<Turn>().size() == 1);
  CHECK(OpencodeRun(open + ",'error':null").all<Turn>().empty());
  OpencodeRun run;
  run.add(open, {}, true);
  CHECK(run.all<Turn>().size() == 1);
}

TEST_CASE("the complete reply replaces the one that broke off, in either order",
          "[opencode_records]") {
  const std::string broken = "'role':'assistant','time':{'created':1000000}," + kTokens;
  const std::string whole = kReply + ",'tokens':{'input':1,'output':1}";
  for (const bool whole_first : {false, true}) {
    OpencodeRun run;
    run.updated_ms = 9'000'000;  // whenever that was written
    if (!whole_first) run.add(broken, {}, true);
    run.updated_ms = 1'005'000;
    run.add(whole);
    run.updated_ms = 9'000'000;
    if (whole_first) run.add(broken, {}, true);
    CHECK(run.only<Turn>().output == 1);
  }
}

TEST_CASE("without an answer of the model there is no turn", "[opencode_records]") {
  const std::string failed = "'role':'assistant','time':{'created':1},'error':{'name':'APIError'}";
  CHECK(OpencodeRun(failed).all<Turn>().empty());
  const std::string text = "{'type':'text','text':'Half a sent'}";
  OpencodeRun broken(failed, {text});
  const Turn turn = broken.only<Turn>();
  CHECK(turn.output_is_lower_bound);
  CHECK_FALSE(OpencodeRun(failed + "," + kTokens).only<Turn>().output_is_lower_bound);
}

TEST_CASE("an imported message has the records that it had", "[opencode_records]") {
  const std::string state = "'status':'completed','input':{'command':'ls'},";
  OpencodeRun before(kReply + "," + kTokens,
                     {"{'type':'text','text':'Fix the bug'}",
                      tool_part(state + "'output':'a','time':{'start':1001000,'end':1002000}")});
  OpencodeRun after;
  after.add_entry("assistant",
                  "'model':{'providerID':'anthropic','id':'claude-opus-4-6'},'finish':'stop',"
                  "'content':[{'type':'text','text':'Fix the bug'},{'type':'tool','id':'call_1',"
                  "'name':'bash','state':{" +
                      state +
                      "'content':[{'type':'text','text':'a'},{'type':'file','uri':'x'}]},"
                      "'time':{'created':1001000,'completed':1002000}}],"
                      "'time':{'created':1000000,'completed':1005000}," +
                      kTokens);
  for (const Kind kind : {Kind::ToolCall, Kind::ToolResult, Kind::Content}) {
    Batch &a = before.sink.records, &b = after.sink.records;
    a.sort();
    b.sort();
    REQUIRE(a.row_count(kind) == b.row_count(kind));
    for (size_t i = 0; i < a.row_count(kind); ++i)
      CHECK(json_of(kind, a.row(kind, i)) == json_of(kind, b.row(kind, i)));
  }
  const Turn one = before.only<Turn>(), other = after.only<Turn>();
  CHECK(one.id == other.id);
  CHECK(one.model == other.model);
  CHECK(counts_of(one) == counts_of(other));
  CHECK(one.keywords == other.keywords);
}

TEST_CASE("what was cleared before the import is no output", "[opencode_records]") {
  OpencodeRun run;
  run.add_entry("assistant",
                "'content':[{'type':'tool','id':'c','name':'bash','state':{'status':'completed',"
                "'content':[{'type':'text','text':'[Old tool result content cleared]'}]}}],"
                "'time':{'created':1,'completed':2}");
  CHECK_FALSE(run.only<ToolResult>().content_bytes);
}

TEST_CASE("what the user typed, not what the harness put beside it", "[opencode_records]") {
  const std::string user = "'role':'user','time':{'created':1000}";
  OpencodeRun run(
      user,
      {"{'type':'text','text':'Fix the'}", "{'type':'text','text':'of a file','synthetic':true}",
       "{'type':'text','text':'unseen','ignored':true}", "{'type':'text','text':'crash'}"});
  const UserTurn turn = run.only<UserTurn>();
  CHECK(turn.text_bytes == 14);  // with a blank line between
  CHECK(turn.uuid == "msg_1");
  CHECK(turn.keywords != 0);
  CHECK(OpencodeRun(user, {"{'type':'text','text':'x','synthetic':true}"}).all<UserTurn>().empty());
  OpencodeRun imported;
  imported.add_entry("user", quoted("'text':'Fix the\\n\\ncrash','time':{'created':1000}"));
  CHECK(json_of(imported.only<UserTurn>()) == json_of(turn));
}

TEST_CASE("a compaction is known by the message that asked for it", "[opencode_records]") {
  OpencodeRun asked("'role':'user','time':{'created':1000}", {"{'type':'compaction','auto':true}"});
  CHECK(asked.only<Compaction>().trigger == "auto");
  OpencodeRun imported;
  imported.add_entry("compaction", "'status':'completed','reason':'auto','time':{'created':1000}");
  CHECK(json_of(imported.only<Compaction>()) == json_of(asked.only<Compaction>()));
  CHECK(imported.all<Turn>().empty());
  // Of a version that has only the summary.
  OpencodeRun summary(kReply + ",'summary':true");
  CHECK(summary.only<Compaction>().uuid == "msg_u");
  CHECK(OpencodeRun("'role':'user','summary':{'title':'x'}").all<Compaction>().empty());
}

TEST_CASE("a compaction of 2.x that used tokens is billed once it is done", "[opencode_records]") {
  for (const auto& [status, turns, compactions] :
       {std::tuple("completed", 1, 1), std::tuple("failed", 1, 0), std::tuple("running", 0, 0)}) {
    OpencodeRun run;
    run.add_entry("compaction", "'status':'" + std::string(status) + "'," + kTokens);
    CHECK(run.all<Turn>().size() == static_cast<size_t>(turns));
    CHECK(run.all<Compaction>().size() == static_cast<size_t>(compactions));
  }
}

TEST_CASE("a child session, and what its parent knows of it", "[opencode_records]") {
  OpencodeRun run;
  run.session.id = "ses_1";
  run.session.parent_id = "ses_0";
  run.add(kReply + "," + kTokens,
          {tool_part("'status':'completed','input':{'subagent_type':'explore'},'output':'',"
                     "'metadata':{'sessionId':'ses_2'}",
                     "task")});
  const Turn turn = run.only<Turn>();
  CHECK(turn.is_sidechain);
  CHECK(turn.agent_id == "ses_1");
  const Relationship known = run.only<Relationship>();
  CHECK(known.session_id == "ses_2");
  CHECK(known.related_session_id == "ses_1");
  CHECK(known.agent_id == "ses_2");
  CHECK(known.parent_tool_use_id == "call_1");
  CHECK(known.subagent_type == "explore");
  CHECK(run.only<ToolResult>().spawned_session_id == "ses_2");
  run.records.emit(run.session, "session ses_1", run.sink);
  std::set<std::pair<std::string, std::string>> edges;
  for (const Relationship& edge : run.all<Relationship>())
    edges.emplace(edge.type, edge.related_session_id.value_or(""));
  CHECK(edges == std::set<std::pair<std::string, std::string>>{
                     {"root", ""}, {"subagent", "ses_0"}, {"subagent", "ses_1"}});
}

TEST_CASE("a turn that knows its session replaces one that does not", "[opencode_records]") {
  for (const bool known_first : {false, true}) {
    OpencodeRun run;
    const auto add = [&](bool is_known) {
      run.session = {};
      if (is_known) run.session.id = run.session.parent_id = "ses_0";
      run.add(kReply + "," + kTokens);
    };
    add(known_first);
    add(!known_first);
    CHECK(run.only<Turn>().is_sidechain);
  }
}

TEST_CASE("odd values are named, and the rest counts", "[opencode_records]") {
  OpencodeRun run(
      "'role':'assistant','finish':'stop','modelID':7,'time':{'created':'soon'},'path':'/x',"
      "'tokens':{'input':-1,'output':1e400,'reasoning':'5','cache':{'read':[],'write':2}}");
  const Turn turn = run.only<Turn>();
  CHECK(counts_of(turn) == Counts{0, 0, 0, 0, 2});
  CHECK_FALSE(turn.ts);
  CHECK_FALSE(turn.model);
  CHECK(run.sink.issues.size() == 5);
}

TEST_CASE("a session id that is too long is taken as absent", "[opencode_records]") {
  OpencodeRun run(kReply + "," + kTokens + ",'sessionID':'" + std::string(600, 's') + "'");
  CHECK_FALSE(run.only<Turn>().session_id);
}

TEST_CASE("pieces bear a number behind the id of their message", "[opencode_records]") {
  CHECK(base_of_piece("msg_abc_1") == "msg_abc");
  CHECK(base_of_piece("msg_a_b_12") == "msg_a_b");
  for (const char* whole : {"msg_abc", "msg_1", "msg_abc_", "msg_abc_1x", "m_abc_1", "", "msg__1"})
    CHECK(base_of_piece(whole) == whole);
}

}  // namespace
}  // namespace relayburn
