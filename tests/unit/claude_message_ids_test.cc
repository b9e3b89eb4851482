// Responses whose message id is missing, or stands for many.

#include <catch2/catch.hpp>

#include "tests/unit/claude_log.h"
#include "tests/unit/log_cuts.h"

namespace relayburn {
namespace {

std::string uuid_of(int second) {
  return "00000000-0000-4000-8000-0000000000" + std::string(second < 10 ? "0" : "") +
         std::to_string(second);
}

std::string usage(int input, int output) {
  return R"({"input_tokens":)" + std::to_string(input) + R"(,"output_tokens":)" +
         std::to_string(output) + "}";
}

// A line of a response with this id; its first character may name a tool use.
std::string relayed(int second, int input, int output, const std::string& id = R"("relay")",
                    const std::string& more = "") {
  ClaudeReply reply;
  reply.id = id;
  reply.usage = usage(input, output);
  reply.more = more;
  return line_of(second, reply);
}

std::string asked(int second, const std::string& more = "") {
  return user_line(second, R"("go on")", more);
}

using Outputs = std::map<std::string, int64_t>;
Outputs outputs_of(const std::string& log) {
  ClaudeRun run(log);
  Outputs outputs;
  for (const auto& [id, turn] : run.turns()) outputs[id] = turn.output;
  return outputs;
}

TEST_CASE("a line without a message id is known by its uuid") {
  for (const char* id : {"", "null", "\"\"", "7"}) {
    CAPTURE(id);
    CHECK(outputs_of(asked(1) + relayed(2, 10, 5, id) + asked(3) + relayed(4, 20, 6, id)) ==
          Outputs{{"uuid:" + uuid_of(2), 5}, {"uuid:" + uuid_of(4), 6}});
  }
}

TEST_CASE("a line that has neither a message id nor a uuid is reported and not counted") {
  const std::string bare = R"({"type":"assistant","sessionId":"s","message":{"usage":)";
  ClaudeRun run(bare + usage(10, 5) + "}}\n" + bare + usage(11, 6) + "}}\n");
  CHECK(run.all<Turn>().empty());
  REQUIRE_FALSE(run.sink.unknowns.empty());
  CHECK(run.sink.unknowns[0] ==
        "a line with usage has neither a message id nor a uuid; it is not counted");
}

TEST_CASE("lines of one response without an id count once") {
  ClaudeReply call;
  call.id = "null";
  call.usage = usage(10, 5);
  call.content = R"([{"type":"tool_use","id":"toolu_1","name":"Bash","input":{}}])";
  ClaudeRun run(asked(1) + relayed(2, 10, 1, "null") + line_of(3, call) + tool_result(4) +
                relayed(5, 30, 7, "null"));
  const auto turns = run.turns();
  REQUIRE(turns.size() == 2);
  CHECK(turns.at("uuid:" + uuid_of(2)).output == 5);
  CHECK(turns.at("uuid:" + uuid_of(5)).output == 7);
  REQUIRE(run.all<ToolCall>().size() == 1);
  CHECK(run.all<ToolCall>()[0].message_id == "uuid:" + uuid_of(2));
}

TEST_CASE("a copy of a line without an id is one call") {
  const std::string line = relayed(2, 10, 5, "null");
  std::string copy = line;
  copy.replace(copy.find(R"("s")"), 3, R"("t")");
  ClaudeRun run(line + copy);
  const auto turns = run.all<Turn>();
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].call_key == turns[1].call_key);
}

TEST_CASE("a line that has neither id nor usage counts nothing") {
  ClaudeReply reply;
  reply.id = "null";
  for (const char* nothing : {"null", "{}", "7", "[]"}) {
    reply.usage = nothing;
    CHECK(outputs_of(line_of(1, reply)).empty());
  }
  reply.usage = usage(10, 5);
  reply.model = "<synthetic>";
  CHECK(outputs_of(line_of(1, reply)).empty());
}

TEST_CASE("one id for many responses: a prompt lies between them") {
  const std::string log = asked(1) + relayed(2, 10, 5) + asked(3) + relayed(4, 10, 5) + asked(5) +
                          relayed(6, 10, 1) + relayed(7, 10, 7);
  const Outputs expected = {{"relay", 5}, {"relay#" + uuid_of(4), 5}, {"relay#" + uuid_of(6), 7}};
  CHECK(outputs_of(log) == expected);
}

TEST_CASE("one id for many responses: a tool result and another prompt size lie between them") {
  CHECK(outputs_of(asked(1) + relayed(2, 10, 5) + tool_result(3) + relayed(4, 30, 6) +
                   tool_result(5) + relayed(6, 30, 7)) ==
        Outputs{{"relay", 5}, {"relay#" + uuid_of(4), 7}});
}

TEST_CASE("an id that looks like the API's, but comes without a request, may stand for many, too") {
  const std::string id = R"("msg_relay")";
  CHECK(outputs_of(asked(1) + relayed(2, 10, 5, id) + asked(3) + relayed(4, 20, 6, id)).size() ==
        2);
}

TEST_CASE("one response of a gateway in several lines stays one") {
  // Some count the prompt only when the response ends.
  CHECK(outputs_of(asked(1) + relayed(2, 0, 0) + relayed(3, 10, 5) + tool_result(4) +
                   relayed(5, 0, 0) + relayed(6, 10, 8)) == Outputs{{"relay", 8}});
  // A reminder of the program is no prompt.
  CHECK(outputs_of(relayed(2, 10, 5) + asked(3, R"(,"isMeta":true)") + relayed(4, 10, 6)) ==
        Outputs{{"relay", 6}});
  // What other chains are asked changes nothing.
  CHECK(outputs_of(relayed(2, 10, 5) + asked(3, R"(,"isSidechain":true,"agentId":"a")") +
                   relayed(4, 10, 6)) == Outputs{{"relay", 6}});
  // A block that is copied behind a prompt keeps its time.
  CHECK(outputs_of(asked(1) + relayed(2, 10, 5) + asked(1) + relayed(2, 10, 5)) ==
        Outputs{{"relay", 5}});
}

TEST_CASE("another request is another response, the same request is the same") {
  const auto requested = [](int second, const std::string& request) {
    return relayed(second, 10, second, R"("relay")", R"(,"requestId":")" + request + '"');
  };
  CHECK(outputs_of(requested(2, "r1") + requested(3, "r1") + requested(4, "r2")) ==
        Outputs{{"relay", 3}, {"relay#" + uuid_of(4), 4}});
  CHECK(outputs_of(requested(2, "r1") + asked(3) + requested(4, "r1")) == Outputs{{"relay", 4}});
}

TEST_CASE("chains that share an id keep their responses apart") {
  const std::string agent = R"(,"isSidechain":true,"agentId":"a")";
  CHECK(outputs_of(asked(1) + relayed(2, 10, 5) + asked(3, agent) +
                   relayed(4, 20, 6, R"("relay")", agent) + asked(5) + relayed(6, 30, 7)) ==
        Outputs{{"relay", 5}, {"relay@a", 6}, {"relay#" + uuid_of(6), 7}});
  // A copy of the same response in a progress line is no second one.
  CHECK(outputs_of(relayed(2, 10, 5) + relayed(2, 10, 5, R"("relay")", agent)).size() == 1);
}

TEST_CASE("an agent's log of its own shares no response with its parent's") {
  const std::string agent = R"(,"isSidechain":true,"agentId":"a")";
  ClaudeRun parent(asked(1) + relayed(2, 10, 5));
  ClaudeRun own(asked(3, agent) + relayed(4, 10, 5, R"("relay")", agent));
  CHECK(own.all<Turn>().at(0).id != parent.all<Turn>().at(0).id);
  CHECK(own.all<Turn>().at(0).call_key != parent.all<Turn>().at(0).call_key);
  // An id that looks like the API's is one response everywhere, so an agent may have copies.
  ClaudeRun original(relayed(2, 10, 5, R"("msg_1")"));
  ClaudeRun inherited(relayed(2, 10, 5, R"("msg_1")", agent));
  CHECK(inherited.all<Turn>().at(0).call_key == original.all<Turn>().at(0).call_key);
}

TEST_CASE("output that falls after a tool result is another response") {
  CHECK(outputs_of(asked(1) + relayed(2, 0, 50) + tool_result(3) + relayed(4, 0, 7)) ==
        Outputs{{"relay", 50}, {"relay#" + uuid_of(4), 7}});
}

TEST_CASE("ids of the API are left alone, whatever lies between their lines") {
  ClaudeReply reply;
  reply.request = "req_1";
  ClaudeRun run(asked(1) + line_of(2, reply) + asked(3) + line_of(4, reply));
  CHECK(run.turns().size() == 1);
  CHECK(run.sink.cursors.back().state.empty());
}

std::string small_log() {
  const std::string agent = R"(,"isSidechain":true,"agentId":"a")";
  return asked(1) + relayed(2, 10, 5) + relayed(3, 10, 6) + asked(4) + relayed(5, 10, 5) +
         tool_result(6) + relayed(7, 30, 6) + "rubbish\n" + relayed(8, 0, 0, "null") +
         relayed(9, 12, 4, "null") + tool_result(10) + relayed(11, 13, 4, "null") +
         relayed(12, 40, 1, R"("relay")", agent) + asked(13, agent) +
         relayed(14, 40, 2, R"("relay")", agent) + relayed(15, 99, 9, R"("other")");
}

int64_t read_filtered(const std::string& path, Cursor cursor, RecordSink& sink, int64_t size) {
  return read_claude_log(path, std::move(cursor), sink, size);
}

TEST_CASE("a log of a relay that is cut at any byte gives the same records in two runs as in one") {
  const std::string log = small_log();
  ClaudeRun run(log);
  REQUIRE(run.turns().size() == 8);
  check_every_cut(log, lines_of(run.sink.records), read_filtered);
}

TEST_CASE("a state that is none of this reader means reading from the start") {
  const TempFolder folder;
  const std::string log = small_log();
  const std::string path = folder.write("log", log);
  MemorySink first;
  read_claude_log(path, {}, first);
  Cursor cursor = first.cursors.back();
  const std::string state = cursor.state;
  REQUIRE(state.size() < 2000);
  std::vector<std::string> states = {"n", "n3:a", "nx", "n0:x", "n2:1:", "rubbish"};
  for (size_t length = 1; length < state.size(); length += 7)
    states.push_back(state.substr(0, length));
  for (const std::string& other : states) {
    CAPTURE(other);
    cursor.state = other;
    MemorySink second;
    CHECK(read_claude_log(path, cursor, second) == static_cast<int64_t>(log.size()));
    CHECK(lines_of(second.records) == lines_of(first.records));
  }
}

TEST_CASE("the state stays small and holds no prompt, whatever the log says") {
  const std::string huge(100'000, 'x');
  std::string log = user_line(1, R"("secret prompt")");
  for (int i = 0; i < 200; ++i)
    log +=
        relayed(i % 60, i, i, '"' + std::to_string(i) + huge + '"',
                R"(,"agentId":")" + std::to_string(i) + huge + R"(","requestId":")" + huge + '"');
  ClaudeRun run(log);
  const std::string& state = run.sink.cursors.back().state;
  CHECK(state.size() < 16 * 1024);
  CHECK(state.find("secret") == std::string::npos);
}

}  // namespace
}  // namespace relayburn
