#pragma once
// From the facts of one Claude Code line to records (LEDGER.md 1). Each record comes from one line.

#include <string>
#include <string_view>

#include "core/sources/claude/claude_line.h"
#include "core/sources/claude/response_names.h"
#include "core/sources/claude/session_directories.h"
#include "core/sources/line_log.h"
#include "core/sources/record_writer.h"

namespace relayburn {

inline constexpr std::string_view kClaudeSource = "claude-code";
inline constexpr int64_t kClaudeParserVersion = 2;

class ClaudeObjectParser : public ObjectParser {
 public:
  explicit ClaudeObjectParser(const ReaderOptions& options)
      : origin_{kClaudeSource, kClaudeParserVersion, options} {}

  size_t parse(std::string_view text) override { return lines_.parse(text); }
  void emit(std::string_view object, int64_t line, RecordSink& sink) override;
  // Every record comes from one line. What crosses a cut: which response a message id of a gateway
  // stood for last, and where projects are told apart the directory of lines that state none.
  bool restore(std::string_view state) override;
  std::string state() const override;

 private:
  RecordOrigin origin_;
  ClaudeLineParser lines_;
  SessionDirectories directories_;
  ResponseNames names_;
};

}  // namespace relayburn
