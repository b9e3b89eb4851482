#pragma once
// Reads a Claude Code log of a test through core/sources/line_log.h, in memory.

#include <map>
#include <string>

#include "core/records/described.h"
#include "core/sources/claude/claude_source.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/temp_folder.h"
#include "tests/unit/test_records.h"

namespace relayburn {

// Reads [cursor.offset, size) of the file, as ingest does when the file has that size.
inline int64_t read_claude_log(const std::string& path, Cursor cursor, RecordSink& sink,
                               int64_t size) {
  cursor.path = path;
  cursor.size = size;
  return ClaudeSource().reader({.keeps_content = true})->read(std::move(cursor), sink);
}
inline int64_t read_claude_log(const std::string& path, const Cursor& cursor, RecordSink& sink) {
  return read_claude_log(path, cursor, sink,
                         static_cast<int64_t>(std::filesystem::file_size(path)));
}

inline std::string reply(std::string_view id, std::string_view text, int output = 1) {
  return R"({"type":"assistant","sessionId":"s","uuid":"u-)" + std::string(id) +
         R"(","timestamp":"2026-01-02T03:04:05.678Z","message":{"id":"msg_)" + std::string(id) +
         R"(","model":"m","stop_reason":"end_turn","content":[{"type":"text","text":")" +
         std::string(text) + R"("}],"usage":{"input_tokens":3,"output_tokens":)" +
         std::to_string(output) + "}}}";
}

// Without a uuid: its key is made of its bytes.
inline std::string prompt(std::string_view text) {
  return R"({"type":"user","sessionId":"s","message":{"content":")" + std::string(text) + "\"}}";
}

// An assistant line whose parts a test chooses. Each line has a uuid and a time of its own.
struct ClaudeReply {
  std::string id = R"("msg_a")";  // raw JSON; empty: no such member
  std::string usage = R"({"input_tokens":10,"output_tokens":5})";
  std::string model = "m";
  std::string request;
  std::string more;  // members of the line, each with a comma before it
  std::string stop_reason = "null";
  std::string content = R"([{"type":"text","text":"x"}])";
};

inline std::string line_head(std::string_view type, int second, const std::string& more) {
  const std::string two_digits = std::string(second < 10 ? "0" : "") + std::to_string(second);
  return R"({"type":")" + std::string(type) +
         R"(","sessionId":"s","uuid":"00000000-0000-4000-8000-0000000000)" + two_digits +
         R"(","timestamp":"2026-01-02T03:04:)" + two_digits + R"(.000Z")" + more;
}

inline std::string line_of(int second, const ClaudeReply& reply) {
  const std::string request =
      reply.request.empty() ? "" : R"(,"requestId":")" + reply.request + '"';
  const std::string id = reply.id.empty() ? "" : R"("id":)" + reply.id + ',';
  return line_head("assistant", second, reply.more + request) + R"(,"message":{)" + id +
         R"("model":")" + reply.model + R"(","stop_reason":)" + reply.stop_reason +
         R"(,"content":)" + reply.content + R"(,"usage":)" + reply.usage + "}}\n";
}

// A user line; `content` is raw JSON.
inline std::string user_line(int second, const std::string& content, const std::string& more = "") {
  return line_head("user", second, more) + R"(,"message":{"content":)" + content + "}}\n";
}
inline std::string tool_result(int second, const std::string& more = "") {
  return user_line(second, R"([{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"}])",
                   more);
}

// A log, read whole.
struct ClaudeRun {
  explicit ClaudeRun(const std::string& log) {
    read_claude_log(folder.write("log.jsonl", log), {}, sink);
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

  TempFolder folder;
  MemorySink sink;
};

}  // namespace relayburn
