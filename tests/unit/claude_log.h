#pragma once
// Reads a Claude Code log of a test through core/sources/line_log.h, in memory.

#include <string>

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

}  // namespace relayburn
