// A rollout that is cut, resumed or damaged anywhere comes out as the whole does.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "core/sources/codex/codex_records.h"
#include "tests/unit/codex_log.h"
#include "tests/unit/log_cuts.h"

namespace relayburn {
namespace {

using Lines = std::vector<std::string>;

// Every state that a cut can fall into, in few bytes.
std::string small_log() {
  return "\xEF\xBB\xBF" + session_meta("s", R"(,"forked_from_id":"p")") + session_meta("p") +
         task_started(kTask) + turn_context("m") + user_says("fix") + token_count(kFirst, kFirst) +
         shell_call("c1") + output_of("c1") + "rubbish\n" + shell_call("c2") +
         token_count(kBoth, kSecond) + output_of("c2") +  // usage behind
         token_count(kBoth, kSecond) + shell_call("c3", "gr\\u00fc\\ud800") + output_of("c3") +
         token_count({5, 1, 1, 0}, {5, 1, 1, 0}) +  // behind the output, and a fall
         response_item(R"({"type":"function_call","name":"spawn_agent","call_id":"c4",)"
                       R"("arguments":"{}"})") +
         token_count({9, 2, 2, 0}, {4, 1, 1, 0}) +
         usage_record("r1", kTask, {4, 1, 1, 0}) +  // the same response, by its id
         codex_line("event_msg",
                    R"({"type":"thread_settings_applied","thread_settings":{"model":"n",)"
                    R"("service_tier":"fast"}})") +
         usage_record("r2", kTask, {2, 0, 1, 0}) +
         codex_line("event_msg", R"({"type":"token_count","info":null,"rate_limits":)"
                                 R"({"plan_type":"plus"}})") +  // the plan comes behind
         codex_line("event_msg", R"({"type":"thread_settings_applied","thread_settings":{}})") +
         output_of("c4", R"({\"agent_id\":\"a\"})") + codex_line("compacted", "{}") +
         R"({"type":"message","role":"assistant","content":"x"})";
}

Lines records_of(const std::string& log) {
  CodexRun run(log);
  return lines_of(run.sink.records);
}

TEST_CASE("a rollout cut at any byte gives the same records in two runs as in one",
          "[codex_cuts]") {
  const std::string log = small_log();
  const Lines expected = records_of(log);
  REQUIRE(expected.size() > 20);
  check_every_cut(log, expected, read_codex_log);
}

TEST_CASE("a run that begins at any checkpoint completes the records of a rollout",
          "[codex_cuts]") {
  const TempFolder folder;
  const std::string path = folder.write("log", small_log());
  MemorySink first;
  first.checks_often = true;
  read_codex_log(path, {}, first);
  REQUIRE(first.cursors.size() > 20);
  const Lines expected = lines_of(first.records);
  for (const Cursor& cursor : first.cursors) {
    CAPTURE(cursor.offset);
    MemorySink second;
    read_codex_log(path, {}, second, cursor.offset);
    read_codex_log(path, cursor, second);
    CHECK(lines_of(second.records) == expected);
  }
}

TEST_CASE("a state that is none of ours means reading from the start", "[codex_cuts]") {
  const TempFolder folder;
  const std::string log = small_log();
  const std::string path = folder.write("log", log);
  MemorySink first;
  read_codex_log(path, {}, first);
  Cursor cursor = first.cursors.back();
  for (const char* state : {"{}", "2;", "1;1;-1;0;", "rubbish"}) {
    cursor.state = state;
    MemorySink second;
    CHECK(read_codex_log(path, cursor, second) == static_cast<int64_t>(log.size()));
    CHECK(lines_of(second.records) == lines_of(first.records));
  }
}

TEST_CASE("damaged rollouts keep the law, too", "[codex_cuts]") {
  std::mt19937 random(7);
  const std::string log = small_log();
  const TempFolder folder;
  for (int round = 0; round < 300; ++round) {
    std::string damaged = log;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      const size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 40);
          break;
        default:
          damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 200));
      }
    }
    CAPTURE(round);
    const std::string path = folder.write("log", damaged);
    MemorySink whole, cut;
    read_codex_log(path, {}, whole);
    read_codex_log(path, {}, cut, static_cast<int64_t>(random() % (damaged.size() + 1)));
    read_codex_log(path, cut.cursors.back(), cut);
    REQUIRE(lines_of(cut.records) == lines_of(whole.records));
  }
}

TEST_CASE("the state of a log stays small whatever the log says", "[codex_cuts]") {
  const std::string huge(100'000, 'x'), long_path(5000, 'p');
  const std::string log = session_meta("s", R"(,"git":{"branch":")" + huge + "\"}") +
                          turn_context(huge) + task_started(huge) +
                          turn_context("m", R"(,"cwd":")" + long_path + "\"") + shell_call(huge) +
                          shell_call(huge + "2") + usage_record(huge, huge, kFirst);
  CodexRun run(log);
  CHECK(run.sink.cursors.back().state.size() < 10'000);
  CHECK(run.all<Turn>().size() == 1);
  CHECK(run.all<ToolCall>().size() == 2);
  CHECK(run.sink.issues.size() == 6);
}

}  // namespace
}  // namespace relayburn
