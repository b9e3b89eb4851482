#pragma once
// Reads a Claude Code log of a test through core/sources/line_log.h, in memory.

#include <string>
#include <vector>

#include "core/sources/claude/claude_source.h"
#include "tests/unit/temp_folder.h"
#include "tests/unit/test_records.h"

namespace relayburn {

class MemorySink : public RecordSink {
 public:
  Batch& batch() override { return records; }
  void sighted(std::string_view, OptText, OptText) override {}
  void issue(int64_t line, std::string_view) override { issues.push_back(line); }
  void rejected(int64_t line, std::string_view) override { rejections.push_back(line); }
  void line_read() override { ++lines_read; }
  bool is_full() const override { return checks_often; }
  void checkpoint(const Cursor& cursor) override { cursors.push_back(cursor); }

  bool checks_often = false;  // a checkpoint after each line
  Batch records;
  std::vector<int64_t> issues;
  std::vector<int64_t> rejections;
  std::vector<Cursor> cursors;
  int lines_read = 0;
};

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
