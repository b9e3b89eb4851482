#pragma once
// From the facts of a rollout's lines to records (LEDGER.md 1): each comes from one line and the
// state of its file.

#include <string>
#include <string_view>

#include "core/sources/codex/codex_line.h"
#include "core/sources/codex/codex_state.h"
#include "core/sources/line_log.h"
#include "core/sources/record_writer.h"

namespace relayburn {

inline constexpr std::string_view kCodexSource = "codex";
inline constexpr int64_t kCodexParserVersion = 2;

class CodexObjectParser : public ObjectParser {
 public:
  explicit CodexObjectParser(const ReaderOptions& options)
      : origin_{kCodexSource, kCodexParserVersion, options} {}

  size_t parse(std::string_view text) override { return lines_.parse(text); }
  void emit(std::string_view object, int64_t line, RecordSink& sink) override;
  bool restore(std::string_view state) override;
  std::string state() const override { return to_text(state_); }

 private:
  RecordOrigin origin_;
  CodexLineParser lines_;
  JsonObjectReader texts_;  // of JSON inside strings
  CodexState state_;
};

}  // namespace relayburn
