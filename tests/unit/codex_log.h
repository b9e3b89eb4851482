#pragma once
// Lines of Codex rollouts, and reading them in memory.

#include <map>
#include <string>

#include "core/records/described.h"
#include "core/sources/codex/codex_source.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/temp_folder.h"
#include "tests/unit/test_records.h"

namespace relayburn {

inline constexpr std::string_view kTask = "0199aa11-0000-7000-8000-000000000001";

inline int64_t read_codex_log(const std::string& path, Cursor cursor, RecordSink& sink,
                              int64_t size) {
  cursor.path = path;
  cursor.size = size;
  return CodexSource().reader({.keeps_content = true})->read(std::move(cursor), sink);
}
inline int64_t read_codex_log(const std::string& path, const Cursor& cursor, RecordSink& sink) {
  return read_codex_log(path, cursor, sink, static_cast<int64_t>(std::filesystem::file_size(path)));
}

// A line of its own; the time goes on with each.
inline std::string codex_line(std::string_view type, std::string_view payload) {
  static int seconds = 0;
  seconds = (seconds + 1) % 60;
  return R"({"timestamp":"2026-01-02T03:04:)" + std::string(seconds < 10 ? "0" : "") +
         std::to_string(seconds) + R"(.000Z","type":")" + std::string(type) + R"(","payload":)" +
         std::string(payload) + "}\n";
}

inline std::string session_meta(std::string_view id, std::string_view more = "") {
  return codex_line("session_meta", R"({"id":")" + std::string(id) +
                                        R"(","cwd":"/home/ada/engine","cli_version":"0.104.0")" +
                                        std::string(more) + "}");
}
inline std::string turn_context(std::string_view model, std::string_view more = "") {
  return codex_line("turn_context",
                    R"({"model":")" + std::string(model) + "\"" + std::string(more) + "}");
}
inline std::string task_started(std::string_view id) {
  return codex_line("event_msg", R"({"type":"task_started","turn_id":")" + std::string(id) + "\"}");
}

struct Tokens {
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
};
inline constexpr Tokens kFirst{100, 40, 10, 5}, kSecond{200, 90, 20, 6}, kBoth{300, 130, 30, 11};
inline std::string json_of(const Tokens& tokens) {
  return R"({"input_tokens":)" + std::to_string(tokens.input) + R"(,"cached_input_tokens":)" +
         std::to_string(tokens.cached) + R"(,"output_tokens":)" + std::to_string(tokens.output) +
         R"(,"reasoning_output_tokens":)" + std::to_string(tokens.reasoning) + "}";
}
inline std::string token_count(const Tokens& total, const Tokens& last) {
  return codex_line("event_msg", R"({"type":"token_count","info":{"total_token_usage":)" +
                                     json_of(total) + R"(,"last_token_usage":)" + json_of(last) +
                                     "}}");
}
inline std::string usage_record(std::string_view response, std::string_view task,
                                const Tokens& usage, const std::string& more = "") {
  return codex_line("token_usage_record", R"({"response_id":")" + std::string(response) +
                                              R"(","turn_id":")" + std::string(task) +
                                              R"(","usage":)" + json_of(usage) + more + "}");
}
inline std::string response_item(const std::string& payload) {
  return codex_line("response_item", payload);
}
inline std::string user_says(const std::string& text) {
  return response_item(
      R"({"type":"message","role":"user","content":[{"type":"input_text","text":")" + text +
      "\"}]}");
}
inline std::string shell_call(std::string_view id, std::string_view command = "ls") {
  return response_item(R"({"type":"function_call","name":"exec_command","arguments":"{\"cmd\":\")" +
                       std::string(command) + R"(\"}","call_id":")" + std::string(id) + "\"}");
}
inline std::string output_of(std::string_view id, std::string_view text = "ok") {
  return response_item(R"({"type":"function_call_output","call_id":")" + std::string(id) +
                       R"(","output":")" + std::string(text) + "\"}");
}

// A log, read whole.
struct CodexRun {
  explicit CodexRun(const std::string& log) {
    read_codex_log(folder.write("rollout.jsonl", log), {}, sink);
  }

  template <class Record>
  std::vector<Record> all() {
    std::vector<Record> records;
    const Kind kind = Described<Record>::kind;
    for (size_t i = 0; i < sink.records.row_count(kind); ++i) {
      records.push_back(from_row<Record>(sink.records.row(kind, i)));
      if (records.back().is_void) records.pop_back();
    }
    return records;
  }
  // By message id.
  std::map<std::string, Turn> turns() {
    std::map<std::string, Turn> found;
    for (const Turn& turn : all<Turn>()) found.emplace(turn.message_id, turn);
    return found;
  }
  // Which response each tool call belongs to.
  std::map<std::string, std::string> callers() {
    std::map<std::string, std::string> found;
    for (const ToolCall& call : all<ToolCall>()) {
      CHECK(found.count(std::string(call.tool_use_id)) == 0);
      found.emplace(call.tool_use_id, call.message_id);
    }
    return found;
  }

  TempFolder folder;
  MemorySink sink;
};

}  // namespace relayburn
