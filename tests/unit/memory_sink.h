#pragma once
// Keeps what a reader finds, in memory.

#include <string>
#include <vector>

#include "core/sources/source.h"

namespace relayburn {

class MemorySink : public RecordSink {
 public:
  Batch& batch() override { return records; }
  void sighted(std::string_view, OptText, OptText) override {}
  void issue(int64_t line, std::string_view) override { issues.push_back(line); }
  void unknown(int64_t, std::string_view problem) override { unknowns.emplace_back(problem); }
  void rejected(int64_t line, std::string_view) override { rejections.push_back(line); }
  void line_read() override { ++lines_read; }
  bool is_full() const override { return checks_often; }
  void checkpoint(const Cursor& cursor) override { cursors.push_back(cursor); }

  bool checks_often = false;  // a checkpoint after each line
  Batch records;
  std::vector<int64_t> issues;
  std::vector<std::string> unknowns;  // also those said before
  std::vector<int64_t> rejections;
  std::vector<Cursor> cursors;
  int lines_read = 0;
};

}  // namespace relayburn
