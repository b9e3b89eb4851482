#include "core/sources/codex/codex_usage.h"

#include <catch2/catch.hpp>

#include "core/records/keys.h"
#include "tests/unit/codex_log.h"

namespace relayburn {
namespace {

struct Sums {
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
  size_t turns = 0;
  bool operator==(const Sums&) const = default;
};

Sums sums_of(const std::string& log) {
  CodexRun run(session_meta("s") + log);
  Sums sums;
  for (const Turn& turn : run.all<Turn>()) {
    sums.input += turn.input;
    sums.cached += turn.cache_read;
    sums.output += turn.output;
    sums.reasoning += turn.reasoning;
    ++sums.turns;
  }
  return sums;
}

TEST_CASE("a repeated total adds nothing", "[codex_usage]") {
  const std::string one = token_count({100, 40, 10, 5}, {100, 40, 10, 5});
  CHECK(sums_of(one + one + one) == Sums{60, 40, 10, 5, 1});
  CHECK(sums_of(one + token_count({100, 40, 10, 5}, {0, 0, 0, 0})) == Sums{60, 40, 10, 5, 1});
}

TEST_CASE("a response used what its totals advanced by", "[codex_usage]") {
  const std::string log = token_count({100, 40, 10, 5}, {100, 40, 10, 5}) +
                          token_count({250, 140, 30, 6}, {1, 1, 1, 1});
  CHECK(sums_of(log) == Sums{60 + 50, 40 + 100, 30, 6, 2});
}

TEST_CASE("a file's first total may carry a history that is not its own", "[codex_usage]") {
  CHECK(sums_of(token_count({9000, 4000, 900, 90}, {100, 40, 10, 5})) == Sums{60, 40, 10, 5, 1});
  const std::string alone =
      codex_line("event_msg", R"({"type":"token_count","info":{"total_token_usage":)" +
                                  json_of(Tokens{9, 4, 2, 1}) + "}}");
  CHECK(sums_of(alone) == Sums{5, 4, 2, 1, 1});
  // Nothing was used since the history.
  CHECK(sums_of(token_count({9000, 4000, 900, 90}, {})) == Sums{});
}

TEST_CASE("totals that fall begin anew", "[codex_usage]") {
  const std::string log = token_count({1000, 400, 100, 50}, {1000, 400, 100, 50}) +
                          token_count({70, 20, 10, 5}, {70, 20, 10, 5}) +
                          token_count({170, 20, 30, 5}, {100, 0, 20, 0});
  CHECK(sums_of(log) == Sums{600 + 50 + 100, 420, 130, 55, 3});
}

TEST_CASE("a total of nothing is a beginning", "[codex_usage]") {
  CHECK(sums_of(token_count({}, {}) + token_count({10, 0, 2, 0}, {10, 0, 2, 0})) ==
        Sums{10, 0, 2, 0, 1});
}

TEST_CASE("a token_count without totals says nothing", "[codex_usage]") {
  for (const char* info : {"null", "{}", R"({"prompt":7,"completion":8})",
                           R"({"last_token_usage":{"input_tokens":5}})", "[]", "7"})
    CHECK(sums_of(codex_line("event_msg", R"({"type":"token_count","info":)" + std::string(info) +
                                              "}")) == Sums{});
}

TEST_CASE("a total that is no count charges nothing twice", "[codex_usage]") {
  std::string odd = token_count({250, 140, 20, 7}, {150, 100, 10, 2});
  const size_t at = odd.find("250");
  for (const char* number : {"-250", "\"250\"", "0.5", "null", "1e99"}) {
    std::string line = odd;
    line.replace(at, 3, number);
    const std::string log = token_count({100, 40, 10, 5}, {100, 40, 10, 5}) + line +
                            token_count({300, 140, 30, 7}, {50, 0, 10, 0});
    CAPTURE(number);
    CHECK(sums_of(log) == Sums{60 + 50 + 50, 140, 30, 7, 3});
    CodexRun run(log);
    CHECK(run.sink.issues.size() == (std::string_view(number) == "null" ? 0u : 1u));
  }
}

TEST_CASE("caches are classes of their own, and reasoning is inside the output", "[codex_usage]") {
  const std::string usage = R"({"input_tokens":1000,"cached_input_tokens":600,)"
                            R"("cache_write_input_tokens":300,"output_tokens":50,)"
                            R"("reasoning_output_tokens":20})";
  CodexRun run(session_meta("s") +
               codex_line("event_msg",
                          R"({"type":"token_count","info":{"total_token_usage":)" + usage + "}}"));
  REQUIRE(run.all<Turn>().size() == 1);
  const Turn turn = run.all<Turn>()[0];
  CHECK(turn.input == 100);
  CHECK(turn.cache_read == 600);
  CHECK(turn.cache_create_5m == 300);
  CHECK(turn.output == 50);
  CHECK(turn.reasoning == 20);
}

TEST_CASE("a step that spans several requests says how great the last one was", "[codex_usage]") {
  CodexRun run(session_meta("s") + token_count({100, 0, 1, 0}, {100, 0, 1, 0}) +
               token_count({900, 0, 3, 0}, {500, 0, 1, 0}));
  CHECK_FALSE(run.turns().at("-#100.0.1").context_tokens);
  CHECK(run.turns().at("-#900.0.3").context_tokens == 500);
}

TEST_CASE("a turn is known by its task and the totals after it", "[codex_usage]") {
  const std::string log = session_meta("s") + token_count({10, 0, 1, 0}, {10, 0, 1, 0}) +
                          task_started(kTask) + token_count({30, 5, 2, 0}, {20, 5, 1, 0});
  CodexRun run(log);
  const std::string task(kTask);
  REQUIRE(run.turns().size() == 2);
  const Turn early = run.turns().at("-#10.0.1");
  const Turn late = run.turns().at(task + "#30.5.2");
  CHECK(late.id == key_of({"codex", "s", task + "#30.5.2"}));
  CHECK(late.call_key == key_of({"codex", task, "30.5.2"}));
  std::string ts = log.substr(log.find("token_count") - 80);
  ts = ts.substr(ts.find("timestamp\":\"") + 12, 24);
  CHECK(early.call_key == key_of({"codex", ts, "10.0.1"}));
}

TEST_CASE("without a task and a time a turn is nobody's copy", "[codex_usage]") {
  std::string line = token_count({10, 0, 1, 0}, {10, 0, 1, 0});
  line.erase(1, line.find("\"type\"") - 1);
  CodexRun run(session_meta("s") + line);
  REQUIRE(run.all<Turn>().size() == 1);
  CHECK(run.all<Turn>()[0].call_key == run.all<Turn>()[0].id);
}

const Tokens kFirst{100, 40, 10, 5}, kSecond{200, 90, 20, 6}, kBoth{300, 130, 30, 11};

TEST_CASE("a usage record and its token_count are one response, whichever comes first",
          "[codex_usage]") {
  const std::string begin = task_started(kTask) + turn_context("gpt-5.3-codex");
  const std::string counts[] = {token_count(kFirst, kFirst), token_count(kBoth, kSecond)};
  const std::string records[] = {usage_record("resp_1", kTask, kFirst),
                                 usage_record("resp_2", kTask, kSecond)};
  const Sums expected{60 + 110, 130, 30, 11, 2};
  CHECK(sums_of(begin + records[0] + counts[0] + records[1] + counts[1]) == expected);
  CHECK(sums_of(begin + counts[0] + records[0] + counts[1] + records[1]) == expected);
  CHECK(sums_of(begin + records[0] + records[1]) == expected);
  CHECK(sums_of(records[0] + counts[0] + records[1] + counts[1]) == expected);
  // Repeated, by a rate limit's refresh or a copied line.
  CHECK(sums_of(begin + records[0] + counts[0] + counts[0] + records[0] + records[1] + counts[1] +
                counts[1]) == expected);
}

TEST_CASE("a response with an id is known by it everywhere", "[codex_usage]") {
  CodexRun run(session_meta("s") + usage_record("resp_1", kTask, kFirst));
  const Turn turn = run.turns().at("resp_1");
  CHECK(turn.call_key == key_of({"codex", "resp_1"}));
  CHECK(turn.request_id == "resp_1");
}

TEST_CASE("tasks with and without usage records stand in one log", "[codex_usage]") {
  const std::string totals = R"(,"thread_token_usage":)" + json_of(Tokens{1100, 440, 110, 55});
  const std::string log =
      task_started(kTask) + token_count({1000, 400, 100, 50}, {}) +
      task_started("0199aa11-0000-7000-8000-000000000002") +
      usage_record("resp_1", "0199aa11-0000-7000-8000-000000000002", {100, 40, 10, 5}, totals) +
      token_count({1100, 440, 110, 55}, {100, 40, 10, 5}) +
      task_started("0199aa11-0000-7000-8000-000000000003") +
      token_count({1110, 440, 111, 55}, {10, 0, 1, 0});
  CHECK(sums_of(log) == Sums{60 + 10, 40, 11, 5, 2});
}

}  // namespace
}  // namespace relayburn
