#include "core/sources/codex/codex_turns.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/records/keys.h"
#include "tests/unit/codex_log.h"

namespace relayburn {
namespace {

std::string settings(const std::string& more) {
  return codex_line(
      "event_msg",
      R"({"type":"thread_settings_applied","thread_settings":{"model":"gpt-5.4")" + more + "}}");
}

// A response after `used` others like it.
std::string response(int64_t used, const std::string& limits = "") {
  const Tokens last{100, 40, 10, 5};
  const Tokens total{100 * (used + 1), 40 * (used + 1), 10 * (used + 1), 5 * (used + 1)};
  return codex_line("event_msg", R"({"type":"token_count","info":{"total_token_usage":)" +
                                     json_of(total) + R"(,"last_token_usage":)" + json_of(last) +
                                     "}" + limits + "}");
}

// One fact of each turn, in the order of the log.
std::vector<std::string> facts(CodexRun& run, OptText Turn::*fact) {
  std::vector<std::string> found;
  for (const Turn& turn : run.all<Turn>()) found.emplace_back((turn.*fact).value_or("none"));
  return found;
}
using Facts = std::vector<std::string>;

// ---- tiers

TEST_CASE("a tier holds until the settings say another one, or none", "[codex_turns]") {
  const auto tier = [](const std::string& name) { return R"(,"service_tier":)" + name; };
  CodexRun run(session_meta("s") + response(0) + settings(tier(R"("fast")")) + response(1) +
               turn_context("gpt-5.4") + response(2) + settings(tier(R"("flex")")) + response(3) +
               settings(tier("null")) + response(4) + settings(tier(R"("priority")")) +
               response(5) + settings("") + response(6));
  CHECK(facts(run, &Turn::service_tier) ==
        Facts{"none", "fast", "fast", "flex", "none", "priority", "none"});
  CHECK(run.sink.unknowns.empty());
}

TEST_CASE("a context states a tier or leaves it as it is", "[codex_turns]") {
  CodexRun run(session_meta("s") + turn_context("m", R"(,"service_tier":"priority")") +
               response(0) + turn_context("m") + response(1) +
               turn_context("m", R"(,"service_tier":null)") + response(2));
  CHECK(facts(run, &Turn::service_tier) == Facts{"priority", "priority", "none"});
}

TEST_CASE("settings that are none change nothing", "[codex_turns]") {
  const std::string broken =
      codex_line("event_msg", R"({"type":"thread_settings_applied","thread_settings":null})");
  CodexRun run(session_meta("s") + settings(R"(,"service_tier":"flex")") + broken + response(0));
  CHECK(facts(run, &Turn::service_tier) == Facts{"flex"});
}

TEST_CASE("a tier that is not known is kept as it is, and reported", "[codex_turns]") {
  CodexRun run(session_meta("s") + settings(R"(,"service_tier":"turbo")") + response(0) +
               usage_record("r", "t", {1, 0, 1, 0}, R"(,"service_tier":"warp")"));
  CHECK(facts(run, &Turn::service_tier) == Facts{"turbo", "warp"});
  CHECK(run.sink.unknowns ==
        Facts{"service_tier 'turbo' is not known", "service_tier 'warp' is not known"});
  CodexRun odd(session_meta("s") + settings(R"(,"service_tier":7)") + response(0));
  CHECK(odd.sink.unknowns.size() == 1);
}

// ---- plans

std::string plan(const std::string& name) {
  return R"(,"rate_limits":{"primary":{"used_percent":1.0},"plan_type":)" + name + "}";
}

TEST_CASE("a plan is that of the response's rate limits, else the last one", "[codex_turns]") {
  CodexRun run(session_meta("s") + response(0, R"(,"rate_limits":null)") +
               response(1, plan("null")) + response(2, plan(R"("plus")")) + response(3) +
               response(4, plan("null")) + response(5, plan(R"("team")")) + response(6));
  CHECK(facts(run, &Turn::plan) == Facts{"none", "none", "plus", "plus", "plus", "team", "team"});
}

TEST_CASE("rate limits without usage name the plan, too", "[codex_turns]") {
  const std::string limits =
      codex_line("event_msg", R"({"type":"token_count","info":null)" + plan(R"("pro")") + "}");
  CodexRun run(session_meta("s") + limits + response(0));
  CHECK(facts(run, &Turn::plan) == Facts{"pro"});
  CHECK(run.sink.unknowns.empty());
}

TEST_CASE("the plan of a usage record stands in the token_count behind it", "[codex_turns]") {
  const std::string records =
      usage_record("r1", kTask, {100, 40, 10, 5}) + response(0, plan(R"("plus")")) +
      usage_record("r2", kTask, {100, 40, 10, 5}) + response(1, plan(R"("plus")"));
  CodexRun run(session_meta("s") + task_started(kTask) + settings(R"(,"service_tier":"priority")") +
               records);
  const auto turns = run.turns();
  REQUIRE(turns.size() == 2);
  for (const auto& [id, turn] : turns) {
    CHECK(turn.plan == "plus");
    CHECK(turn.service_tier == "priority");
    CHECK(turn.model == "gpt-5.4");
    CHECK(turn.request_id == id);
    CHECK(turn.call_key == key_of({"codex", id}));
    CHECK(turn.input == 60);
    CHECK(turn.output == 10);
  }
}

// ---- usage that is not known

TEST_CASE("usage of a form that is not known is reported", "[codex_turns]") {
  const auto unknowns = [](const std::string& line) {
    return CodexRun(session_meta("s") + line).sink.unknowns.size();
  };
  const auto count = [](const std::string& info) {
    return codex_line("event_msg", R"({"type":"token_count","info":)" + info + "}");
  };
  CHECK(unknowns(count(R"({"prompt":7})")) == 1);
  CHECK(unknowns(count(R"({"last_token_usage":{"input_tokens":5}})")) == 1);
  CHECK(unknowns(count(R"({"total_token_usage":{"prompt_tokens":5}})")) == 1);
  CHECK(unknowns(codex_line("token_usage_record", R"({"usage":{"prompt":5}})")) == 1);
  for (const char* nothing : {"null", "{}", R"({"total_token_usage":{}})"})
    CHECK(unknowns(count(nothing)) == 0);
  CHECK(unknowns(response(0)) == 0);
}

// ---- forks without turn ids

// Of a version that writes turn ids.
std::string meta(std::string_view id, const std::string& more = "") {
  return codex_line("session_meta",
                    R"({"id":")" + std::string(id) + R"(","cli_version":"0.154.0")" + more + "}");
}
std::string forked_from(const std::string& id) { return R"(,"forked_from_id":")" + id + "\""; }

std::set<std::string> calls_of(const std::string& log) {
  CodexRun run(log);
  std::set<std::string> calls;
  for (const Turn& turn : run.all<Turn>()) calls.insert(to_hex(turn.call_key));
  return calls;
}
// How many calls logs stand for together.
size_t count_calls(const std::vector<std::string>& logs) {
  std::set<std::string> calls;
  for (const std::string& log : logs) calls.merge(calls_of(log));
  return calls.size();
}

TEST_CASE("what a fork copied from its parent under other times is the parent's", "[codex_turns]") {
  const std::string parent = meta("p") + response(0) + response(1);
  const std::string fork = meta("f", forked_from("p")) + response(0) + response(1) + response(3);
  CHECK(count_calls({parent, fork}) == 3);
  CHECK(count_calls({parent + response(2), fork}) == 4);
}

TEST_CASE("a fork of a fork is known by the oldest session that its history names",
          "[codex_turns]") {
  const std::string parent = meta("p") + response(0);
  const std::string fork = meta("f", forked_from("p")) + meta("p") + response(0) + response(2);
  const std::string last = meta("g", forked_from("f")) + meta("f", forked_from("p")) + meta("p") +
                           response(0) + response(2) + response(4);
  CHECK(count_calls({parent, fork, last}) == 3);
  // The session's own line repeats when it is resumed.
  CHECK(count_calls({parent, fork + meta("f", forked_from("p")) + response(4), last}) == 3);
}

TEST_CASE("sessions that are no forks of each other share no call", "[codex_turns]") {
  CHECK(count_calls({meta("a") + response(0), meta("b") + response(0)}) == 2);
  CHECK(count_calls({meta("a", forked_from("p")) + response(0), meta("b") + response(0)}) == 2);
}

TEST_CASE("copies of older versions keep their times, whatever session they are in",
          "[codex_turns]") {
  const std::string line = response(0);
  CHECK(count_calls({session_meta("a") + line, session_meta("b") + line}) == 1);
  CHECK(count_calls({session_meta("a") + line, session_meta("b") + response(0)}) == 2);
}

}  // namespace
}  // namespace relayburn
