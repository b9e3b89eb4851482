// Searches of the WebSearch tool, cost states, lower bounds and what is reported as unknown.

#include <catch2/catch.hpp>

#include "core/records/keys.h"
#include "tests/unit/claude_log.h"

namespace relayburn {
namespace {

// ---- searches

std::string search_line(int second, const std::string& result) {
  return tool_result(second, R"(,"toolUseResult":)" + result);
}

std::string found(std::string_view id) {
  return R"({"tool_use_id":"srvtoolu_)" + std::string(id) + R"(","content":[{"title":"t"}]})";
}

int64_t searches_of(const std::string& result) {
  ClaudeRun run(search_line(1, result));
  int64_t searches = 0;
  for (const Turn& turn : run.all<Turn>()) searches += turn.web_search_requests;
  return searches;
}

TEST_CASE("a search of the WebSearch tool is billed and is no call") {
  ClaudeRun run(search_line(1, R"({"query":"q","results":["text",)" + found("1") + "," +
                                   found("2") + "," + found("1") + "]}"));
  const auto turns = run.turns();
  REQUIRE(turns.size() == 1);
  const Turn& turn = turns.at("toolu_1");
  CHECK(turn.web_search_requests == 2);
  CHECK(turn.calls == 0);
  CHECK_FALSE(turn.model);
  CHECK(turn.input == 0);
  CHECK(turn.call_key == key_of({"claude-code", "srvtoolu_1"}));
}

TEST_CASE("searches are counted by their ids or as the log counts them") {
  const std::string one = found("1");
  CHECK(searches_of(R"({"query":"q","results":[)" + one + R"(],"searchCount":3})") == 3);
  CHECK(searches_of(R"({"searchCount":0,"results":[)" + one + R"(],"query":"q"})") == 1);
  CHECK(searches_of(R"({"query":"q","results":[],"searchCount":2})") == 2);
  // A search that failed is not billed.
  const std::string failed =
      R"({"tool_use_id":"srvtoolu_2","content":{"type":"web_search_tool_result_error"}})";
  CHECK(searches_of(R"({"query":"q","results":[)" + one + "," + failed + "]}") == 1);
  // No search, or the result of another tool.
  for (const std::string& result :
       {std::string(R"({"query":"q","results":[]})"),
        std::string(R"({"query":"q","results":["none"]})"), R"({"results":[)" + one + "]}",
        R"({"query":"q","matches":[)" + one + "]}", R"({"query":7,"results":[)" + one + "]}",
        R"({"query":"q","results":)" + one + "}", "[" + one + "]", std::string(R"("text")"),
        std::string(R"({"query":"q","searchCount":5})"),
        std::string(
            R"({"query":"q","results":[{"tool_use_id":"toolu_1"},{"tool_use_id":7},null]})"),
        std::string(R"({"query":"q","results":[],"searchCount":-1})")}) {
    CAPTURE(result);
    CHECK(searches_of(result) == 0);
  }
}

// ---- cost states

std::string cost_state(const std::string& members) {
  return R"({"type":"cost-state","sessionId":"s",)" + members + "}\n";
}

TEST_CASE("a cost state is recorded for the session and for each model") {
  ClaudeRun run(cost_state(
      R"("totalCostUSD":0.031924600000000004,"hasUnknownModelCost":true,"modelUsage":{)"
      R"("a[1m]":{"inputTokens":3,"outputTokens":5,"thinkingTokens":4,"cacheReadInputTokens":7,)"
      R"("cacheCreationInputTokens":9,"webSearchRequests":0,"costUSD":1.5e-7},)"
      R"("b":{"inputTokens":10,"costUSD":2}})"));
  std::map<std::string, SessionCost> costs;
  for (const SessionCost& cost : run.all<SessionCost>())
    costs.emplace(cost.model.value_or("total"), cost);
  REQUIRE(costs.size() == 3);
  const SessionCost& total = costs.at("total");
  CHECK(total.cost_usd == "0.031924600000000004");
  CHECK(total.has_unknown_cost);
  CHECK(total.input == 13);
  CHECK(total.output == 5);
  CHECK(total.cache_read == 7);
  CHECK(total.cache_create == 9);
  CHECK(total.session_id == "s");
  CHECK_FALSE(total.ts);
  CHECK(costs.at("a[1m]").cost_usd == "0.00000015");
  CHECK(costs.at("b").cost_usd == "2");
  CHECK(run.all<Turn>().empty());
}

TEST_CASE("each cost state is one, and a copy of it is the same") {
  const std::string one = cost_state(R"("totalCostUSD":1)"),
                    two = cost_state(R"("totalCostUSD":2)");
  ClaudeRun run(one + two + one);
  CHECK(run.all<SessionCost>().size() == 2);
  // With a time it is known by that.
  const auto timed = [](const std::string& cost) {
    return cost_state(R"("timestamp":"2026-01-02T03:04:05Z","totalCostUSD":)" + cost);
  };
  ClaudeRun other(timed("1") + timed("1.0"));
  REQUIRE(other.all<SessionCost>().size() == 1);
  CHECK(other.all<SessionCost>()[0].ts == parse_instant("2026-01-02T03:04:05Z"));
}

TEST_CASE("a cost is recorded digit by digit") {
  const std::map<std::string, std::string> texts = {{"0", "0"},
                                                    {"0.0", "0"},
                                                    {"-0", "0"},
                                                    {"1.50", "1.5"},
                                                    {"12E2", "1200"},
                                                    {"0.00012", "0.00012"},
                                                    {"1234.5e-2", "12.345"},
                                                    {"1e0", "1"},
                                                    {"100", "100"},
                                                    {"0.1e1", "1"},
                                                    {"12.30e1", "123"}};
  for (const auto& [logged, text] : texts) {
    CAPTURE(logged);
    ClaudeRun run(cost_state(R"("totalCostUSD":)" + logged));
    REQUIRE(run.all<SessionCost>().size() == 1);
    CHECK(run.all<SessionCost>()[0].cost_usd == text);
  }
}

TEST_CASE("a cost that is none is an issue and no record") {
  for (const char* logged :
       {"-1", "\"1\"", "true", "{}", "[1]", "1e99", "1e-99", "1e999999999999"}) {
    CAPTURE(logged);
    ClaudeRun run(cost_state(R"("totalCostUSD":)" + std::string(logged)));
    CHECK(run.all<SessionCost>().empty());
    CHECK(run.sink.issues.size() == 1);
  }
  ClaudeRun nothing(cost_state(R"("totalCostUSD":null,"modelUsage":[])") +
                    R"({"type":"cost-state","totalCostUSD":1})"
                    "\n");
  CHECK(nothing.all<SessionCost>().empty());
  CHECK(nothing.sink.issues.empty());
  ClaudeRun nameless(cost_state(R"("totalCostUSD":1,"modelUsage":{"":{"costUSD":7}})"));
  CHECK(nameless.all<SessionCost>().size() == 1);
  CHECK(nameless.all<SessionCost>()[0].cost_usd == "1");
}

// ---- lower bounds

ClaudeReply block(const std::string& content, int output = 1) {
  ClaudeReply reply;
  reply.request = "req_1";
  reply.content = "[" + content + "]";
  reply.usage = R"({"input_tokens":10,"output_tokens":)" + std::to_string(output) + "}";
  return reply;
}

std::string thought(size_t signature) {
  return R"({"type":"thinking","thinking":"","signature":")" + std::string(signature, 's') + "\"}";
}
std::string text(size_t bytes) {
  return R"({"type":"text","text":")" + std::string(bytes, 'x') + "\"}";
}

bool is_lower_bound(const std::string& log) {
  ClaudeRun run(log);
  REQUIRE(run.turns().size() == 1);
  return run.turns().at("msg_a").output_is_lower_bound;
}

TEST_CASE("of equal lines the one that shows its count to be too low is the turn") {
  const std::string small = line_of(1, block(text(5))), large = line_of(2, block(text(3000)));
  CHECK(is_lower_bound(small + large));
  CHECK(is_lower_bound(large + small));
  CHECK_FALSE(is_lower_bound(small));
}

TEST_CASE("a line with a greater count, or with the end of the message, ends a lower bound") {
  const std::string large = line_of(1, block(text(3000)));
  CHECK_FALSE(is_lower_bound(large + line_of(2, block(text(5), 700))));
  ClaudeReply ended = block(text(5));
  ended.stop_reason = R"("end_turn")";
  CHECK_FALSE(is_lower_bound(large + line_of(2, ended)));
}

TEST_CASE("a thought without its text is as long as its signature says") {
  CHECK(is_lower_bound(line_of(1, block(thought(2000)))));
  CHECK_FALSE(is_lower_bound(line_of(1, block(thought(300)))));
  CHECK_FALSE(is_lower_bound(line_of(1, block(thought(2000), 400))));
}

// ---- what is unknown

std::vector<std::string> unknowns_of(const std::string& usage) {
  ClaudeReply reply;
  reply.usage = usage;
  ClaudeRun run(line_of(1, reply));
  return run.sink.unknowns;
}

TEST_CASE("tiers, speeds and geographies that nobody knows are reported") {
  const auto with = [](const std::string& member) {
    return unknowns_of(R"({"input_tokens":1,)" + member + "}");
  };
  CHECK(with(R"("service_tier":"turbo")") ==
        std::vector<std::string>{"the service tier 'turbo' is unknown"});
  CHECK(with(R"("speed":"warp")") == std::vector<std::string>{"the speed 'warp' is unknown"});
  CHECK(with(R"("inference_geo":"moon")") ==
        std::vector<std::string>{"the inference geography 'moon' is unknown"});
  for (const char* usual :
       {R"("service_tier":"standard")", R"("service_tier":"priority")", R"("service_tier":"batch")",
        R"("service_tier":null)", R"("speed":"fast")", R"("speed":"standard")", R"("speed":"")",
        R"("inference_geo":"us")", R"("inference_geo":"global")", R"("inference_geo":"")",
        R"("inference_geo":"not_available")", R"("output_tokens_details":{"thinking_tokens":1})"})
    CHECK(with(usual).empty());
  CHECK(with(R"("speed":")" + std::string(1000, 'x') + '"')[0].size() < 100);
}

TEST_CASE("a usage without a key that is known is reported") {
  CHECK(unknowns_of(R"({"prompt_tokens":5,"completion_tokens":6})") ==
        std::vector<std::string>{
            "usage has no key that is known, but 'prompt_tokens'; nothing of it is counted"});
  CHECK(unknowns_of(R"({"service_tier":"standard","prompt_tokens":5})").size() == 1);
  CHECK(unknowns_of(R"({"input_tokens":0,"prompt_tokens":5})") ==
        std::vector<std::string>{
            "usage has the unknown count 'prompt_tokens', which is not counted"});
  CHECK(unknowns_of(R"({"input_tokens":0,"prompt_tokens":0})").empty());
  CHECK(unknowns_of("{}").empty());
  CHECK(unknowns_of(R"({"service_tier":"standard"})").empty());
}

}  // namespace
}  // namespace relayburn
