// What a message's usage.iterations state beside its top level, and what they repeat.

#include "core/sources/claude/claude_iterations.h"

#include <catch2/catch.hpp>

#include "core/records/keys.h"
#include "tests/unit/claude_log.h"

namespace relayburn {
namespace {

std::string counts(int input, int output, int read = 0, int created = 0) {
  return R"("input_tokens":)" + std::to_string(input) + R"(,"output_tokens":)" +
         std::to_string(output) + R"(,"cache_read_input_tokens":)" + std::to_string(read) +
         R"(,"cache_creation_input_tokens":)" + std::to_string(created);
}

std::string entry(std::string_view type, const std::string& counts, std::string_view model = "") {
  return R"({"type":")" + std::string(type) + "\"," + counts +
         (model.empty() ? "" : R"(,"model":")" + std::string(model) + '"') + "}";
}

ClaudeReply reply_with(const std::string& top, const std::string& iterations) {
  ClaudeReply reply;
  reply.request = "req_1";
  reply.usage = "{" + top + R"(,"iterations":)" + iterations + "}";
  return reply;
}

std::map<std::string, Turn> turns_of(ClaudeRun& run) {
  for (const std::string& line : lines_of(run.sink.records)) UNSCOPED_INFO(line);
  return run.turns();
}

TEST_CASE("an advisor's request is a turn of its own at its own model") {
  ClaudeReply reply = reply_with(
      counts(2, 491, 2100, 150) + R"(,"service_tier":"priority","speed":"fast")",
      "[" + entry("message", counts(1, 45, 1000, 100)) + "," +
          entry("advisor_message", counts(7, 8, 9, 10) + R"(,"service_tier":"standard")", "big") +
          "," + entry("message", counts(1, 446, 1100, 50)) + "]");
  ClaudeRun run(line_of(1, reply));
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 2);
  const Turn& own = turns.at("msg_a");
  CHECK(own.input == 2);
  CHECK(own.cache_read == 2100);
  CHECK(own.context_tokens == 1151);  // of the greatest of its requests
  const Turn& advisor = turns.at("msg_a#advisor_message.1");
  CHECK(advisor.model == "big");
  CHECK(advisor.input == 7);
  CHECK(advisor.output == 8);
  CHECK(advisor.cache_read == 9);
  CHECK(advisor.cache_create_5m == 10);
  CHECK(advisor.call_count() == 1);
  CHECK(advisor.service_tier == "standard");
  CHECK(advisor.speed == "fast");
  CHECK(advisor.call_key == key_of({"claude-code", "msg_a#advisor_message.1"}));
  CHECK(advisor.uuid == own.uuid);
  CHECK(run.sink.unknowns.empty());
}

TEST_CASE("with an advisor the API shows the prompt of the first request only") {
  ClaudeRun run(line_of(
      1, reply_with(counts(412, 531), "[" + entry("message", counts(412, 89)) + "," +
                                          entry("advisor_message", counts(823, 1612), "big") + "," +
                                          entry("message", counts(1348, 442, 412)) + "]")));
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 2);
  CHECK(turns.at("msg_a").input == 1760);
  CHECK(turns.at("msg_a").output == 531);
  CHECK(turns.at("msg_a").cache_read == 412);
  CHECK(turns.at("msg_a").context_tokens == 1760);
  CHECK(turns.at("msg_a#advisor_message.1").output == 1612);
}

TEST_CASE("a compaction is a turn of the message's model") {
  ClaudeRun run(
      line_of(1, reply_with(counts(23, 10), "[" + entry("compaction", counts(180, 35)) + "," +
                                                entry("message", counts(23, 10)) + "]")));
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 2);
  CHECK(turns.at("msg_a").context_tokens == std::nullopt);
  CHECK(turns.at("msg_a#compaction.0").input == 180);
  CHECK(turns.at("msg_a#compaction.0").model == "m");
}

TEST_CASE("a compaction after which the message pauses is all there is") {
  ClaudeRun run(
      line_of(1, reply_with(counts(0, 0), "[" + entry("compaction", counts(180, 35)) + "]")));
  CHECK(turns_of(run).at("msg_a#compaction.0").output == 35);
  CHECK(run.turns().at("msg_a").output == 0);
}

TEST_CASE("a declined attempt is billed at its own model where it produced output") {
  const std::string served = entry("fallback_message", counts(2, 13, 79), "m");
  const int output = GENERATE(0, 5);
  ClaudeRun run(line_of(
      1, reply_with(counts(2, 13, 79),
                    "[" +
                        entry("message",
                              counts(2, output, 70, 10) +
                                  R"(,"cache_creation":{"ephemeral_1h_input_tokens":10})",
                              "declined") +
                        "," + entry("fallback_message", counts(2, output, 70), "declined too") +
                        "," + served + "]")));
  const auto turns = turns_of(run);
  CHECK(turns.at("msg_a").cache_read == 79);
  REQUIRE(turns.size() == (output == 0 ? 1 : 3));
  if (output == 0) return;
  CHECK(turns.at("msg_a#message.0").model == "declined");
  CHECK(turns.at("msg_a#message.0").cache_create_1h == 10);
  CHECK(turns.at("msg_a#message.0").cache_create_5m == 0);
  CHECK(turns.at("msg_a#fallback_message.1").model == "declined too");
}

TEST_CASE("the attempt that served is known by its counts, too") {
  // It names no model, or spells it in another way.
  for (const char* model : {"", "m-20260101"}) {
    ClaudeRun run(
        line_of(1, reply_with(counts(2, 13, 79),
                              "[" + entry("message", counts(2, 5, 70), "declined") + "," +
                                  entry("fallback_message", counts(2, 13, 79), model) + "]")));
    const auto turns = turns_of(run);
    CHECK(turns.size() == 2);
    CHECK(turns.at("msg_a#message.0").output == 5);
  }
}

TEST_CASE("requests that add up to the top level are not counted again") {
  const std::string one = entry("message", counts(10, 1, 5, 2)),
                    two = entry("message", counts(11, 2, 6));
  for (const std::string& iterations :
       {"[" + one + "," + two + "]",
        "[" + entry("message", counts(10, 1, 5, 2), "m alias") + "," +
            entry("message", counts(11, 2, 6), "m alias") + "]",
        "[" + one + "," + entry("advisor_message", counts(11, 2, 6), "big") + "]"}) {
    ClaudeRun run(line_of(1, reply_with(counts(21, 3, 11, 2), iterations)));
    const auto turns = turns_of(run);
    REQUIRE(turns.size() == 1);
    CHECK(turns.at("msg_a").input == 21);
    CHECK(turns.at("msg_a").context_tokens == 17);
  }
}

TEST_CASE("a top level that shows one of several requests, or none, is their sum") {
  const std::string both =
      "[" + entry("message", counts(10, 1, 5)) + "," + entry("message", counts(11, 2, 6)) + "]";
  for (const std::string& top : {counts(11, 2, 6), std::string(R"("service_tier":"standard")")}) {
    ClaudeRun run(line_of(1, reply_with(top, both)));
    const auto turns = turns_of(run);
    REQUIRE(turns.size() == 1);
    CHECK(turns.at("msg_a").input == 21);
    CHECK(turns.at("msg_a").output == 3);
    CHECK(turns.at("msg_a").cache_read == 11);
  }
}

TEST_CASE("requests of a message that may have different price tiers are records of their own") {
  const std::string small = entry("message", counts(50'000, 1, 10'000, 30)),
                    large = entry("message", counts(60'000, 2, 90'000, 40));
  const std::string iterations = "[" + small + "," + large + "]";
  const auto read = [&](const std::string& kind) {
    ClaudeRun run(line_of(1, reply_with(counts(110'000, 3, 100'000, 70) + kind, iterations)));
    return turns_of(run);
  };
  for (const auto& turns :
       {read(""), read(R"(,"cache_creation":{"ephemeral_1h_input_tokens":70})")}) {
    REQUIRE(turns.size() == 2);
    const Turn& own = turns.at("msg_a");
    const Turn& part = turns.at("msg_a#message.1");
    CHECK(own.input == 50'000);
    CHECK(own.cache_read == 10'000);
    CHECK(own.output == 1);
    CHECK(own.context_tokens == std::nullopt);
    CHECK(own.call_count() == 1);
    CHECK(part.input == 60'000);
    CHECK(part.cache_read == 90'000);
    CHECK(part.output == 2);
    CHECK(part.call_count() == 0);
  }
  const auto of_an_hour = read(R"(,"cache_creation":{"ephemeral_1h_input_tokens":70})");
  CHECK(of_an_hour.at("msg_a").cache_create_1h == 30);
  CHECK(of_an_hour.at("msg_a#message.1").cache_create_1h == 40);
  // It cannot be told which of the two wrote for an hour.
  const auto mixed =
      read(R"(,"cache_creation":{"ephemeral_1h_input_tokens":30,"ephemeral_5m_input_tokens":40})");
  REQUIRE(mixed.size() == 1);
  CHECK(mixed.at("msg_a").context_tokens == 150'040);
}

TEST_CASE("a model is the same in whatever spelling") {
  for (const char* name : {"claude-sonnet-4-6", "claude-sonnet-4-6[1m]",
                           "claude-sonnet-4-6@default", "us.anthropic.claude-sonnet-4-6-v1:0",
                           "anthropic/claude-sonnet-4.6", "CLAUDE-SONNET-4-6-20260101"}) {
    CAPTURE(name);
    CHECK(is_same_model("claude-sonnet-4-6", name));
    ClaudeReply reply = reply_with(
        counts(60, 200), "[" + entry("message", counts(60, 100), "claude-sonnet-4-6") + "," +
                             entry("advisor_message", counts(50, 30), "big") + "," +
                             entry("message", counts(61, 100), "claude-sonnet-4-6") + "]");
    reply.model = name;
    ClaudeRun run(line_of(1, reply));
    const auto turns = turns_of(run);
    REQUIRE(turns.size() == 2);
    CHECK(turns.at("msg_a").input == 121);
    CHECK(turns.at("msg_a").output == 200);
  }
  for (const char* other : {"claude-sonnet-4-5", "claude-opus-4-6", "claude-sonnet-4", "gpt-5", ""})
    CHECK_FALSE(is_same_model("claude-sonnet-4-6", other));
}

TEST_CASE("a top level of zeros says nothing where the requests do") {
  ClaudeRun run(line_of(1, reply_with(counts(0, 0), "[" + entry("message", counts(500, 5)) + "," +
                                                        entry("message", counts(500, 5)) + "]")));
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 1);
  CHECK(turns.at("msg_a").input == 1000);
  CHECK(turns.at("msg_a").output == 10);
}

TEST_CASE("an unknown tier or speed of a request is reported") {
  ClaudeRun run(line_of(
      1, reply_with(counts(10, 5), "[" + entry("message", counts(10, 5)) +
                                       R"(,{"type":"advisor_message","service_tier":"turbo",)" +
                                       counts(1, 1) + "}]")));
  REQUIRE(run.sink.unknowns.size() == 1);
  CHECK(run.sink.unknowns[0] == "the service tier 'turbo' is unknown");
}

TEST_CASE("counts of a request may stand in a usage of its own") {
  ClaudeRun run(line_of(
      1, reply_with(counts(10, 5), "[" + entry("message", counts(10, 5)) +
                                       R"(,{"type":"advisor_message","model":"big","usage":{)" +
                                       counts(100, 50, 7) + "}}]")));
  const Turn advisor = turns_of(run).at("msg_a#advisor_message.1");
  CHECK(advisor.input == 100);
  CHECK(advisor.output == 50);
  CHECK(advisor.cache_read == 7);
  ClaudeRun odd(line_of(
      1, reply_with(counts(10, 5), R"([{"type":"advisor_message","usage":"100 tokens"}])")));
  CHECK(odd.sink.unknowns.size() == 1);
}

TEST_CASE("a usage that is no object is reported") {
  ClaudeReply reply;
  for (const char* usage : {"[1,2]", "\"many\"", "7"}) {
    reply.usage = usage;
    ClaudeRun run(line_of(1, reply));
    REQUIRE(run.sink.unknowns.size() == 1);
    CHECK(run.sink.unknowns[0] == "usage is no object; nothing of it is counted");
  }
}

TEST_CASE("a type that nobody knows is reported, and its tokens count without a call") {
  ClaudeRun run(line_of(1, reply_with(counts(10, 5), "[" + entry("message", counts(10, 5)) + "," +
                                                         entry("oracle", counts(100, 50), "big") +
                                                         "," + entry("oracle", counts(0, 0)) + "," +
                                                         entry("sibyl", counts(1, 0)) + "]")));
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 3);
  CHECK(turns.at("msg_a#oracle.1").calls == 0);
  CHECK(turns.at("msg_a#oracle.1").model == "big");
  CHECK(turns.at("msg_a#sibyl.3").input == 1);
  CHECK(run.sink.unknowns.front() ==
        "usage.iterations has the unknown type 'oracle'; its tokens are counted");
}

TEST_CASE("a request without a type is one of the message itself") {
  ClaudeRun run(line_of(1, reply_with(counts(10, 5), "[{" + counts(10, 5, 7, 8) + "}]")));
  CHECK(turns_of(run).size() == 1);
  CHECK(run.turns().at("msg_a").cache_read == 0);
  CHECK(run.sink.unknowns.empty());
}

TEST_CASE("a type that nobody knows counts once where the top level includes it") {
  for (const std::string& first : {std::string(), entry("message", counts(10, 4)) + ","}) {
    const int input = first.empty() ? 10 : 20, output = first.empty() ? 5 : 9;
    ClaudeRun run(line_of(
        1, reply_with(counts(input, output), "[" + first + entry("oracle", counts(10, 5)) + "]")));
    CHECK(turns_of(run).size() == 1);
    CHECK(run.sink.unknowns.size() == 1);
  }
}

TEST_CASE("lines of a growing message count each request once") {
  const std::string oracle = entry("oracle", counts(10, 50));
  const ClaudeReply begun = reply_with(counts(10, 1), "[" + oracle + "]");
  const ClaudeReply grown = reply_with(counts(10, 50), "[" + oracle + "]");
  const ClaudeReply advised =
      reply_with(counts(10, 60), "[" + entry("message", counts(10, 60)) + "," +
                                     entry("advisor_message", counts(100, 7), "big") + "]");
  for (const std::string& log :
       {line_of(1, begun) + line_of(2, grown), line_of(1, grown) + line_of(2, begun)}) {
    ClaudeRun run(log);
    CHECK(turns_of(run).size() == 1);
  }
  ClaudeRun run(
      line_of(1, advised) + line_of(2, advised) +
      line_head("progress", 3, R"(,"data":{"type":"agent_progress","agentId":"a1","message":)") +
      line_of(1, advised) + "}}\n");
  const auto turns = turns_of(run);
  REQUIRE(turns.size() == 2);
  CHECK(turns.at("msg_a#advisor_message.1").output == 7);
  CHECK_FALSE(turns.at("msg_a#advisor_message.1").is_sidechain);
}

TEST_CASE("iterations that cannot be read cost nothing else") {
  for (const char* iterations :
       {"null", "[]", "{}", "\"x\"", "7", "[null]", "[7,\"x\",[]]", "[{}]", R"([{"type":null}])",
        R"([{"type":"advisor_message","input_tokens":-1,"output_tokens":"5"}])",
        R"([{"type":{"a":1},"input_tokens":1e99}])"}) {
    CAPTURE(iterations);
    ClaudeRun run(line_of(1, reply_with(counts(10, 5), iterations)));
    const auto turns = turns_of(run);
    REQUIRE(turns.size() == 1);
    CHECK(turns.at("msg_a").input == 10);
  }
  ClaudeRun run(
      line_of(1, reply_with(counts(10, 5), "[7," + entry("compaction", counts(3, 4)) + "]")));
  CHECK(turns_of(run).at("msg_a#compaction.1").input == 3);
  CHECK(run.sink.unknowns.size() == 1);
}

TEST_CASE("a hostile number of iterations is bounded") {
  std::string iterations = "[";
  for (int i = 0; i < 5000; ++i) iterations += entry("compaction", counts(1, 1)) + ",";
  iterations.back() = ']';
  ClaudeRun run(line_of(1, reply_with(counts(10, 5), iterations)));
  CHECK(run.turns().size() == 1001);
  CHECK(run.sink.unknowns.size() == 1);
}

}  // namespace
}  // namespace relayburn
