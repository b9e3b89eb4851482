#pragma once
// Where Claude Code keeps its logs (FORMAT.md 1).

#include "core/sources/source.h"

namespace relayburn {

class ClaudeSource : public Source {
 public:
  std::string_view name() const override;
  int64_t parser_version() const override;
  std::vector<std::string> roots(const SourceEnvironment& environment) const override;
  bool is_log(std::string_view path) const override { return path.ends_with(".jsonl"); }
  int likeness(std::string_view head) const override;
  std::optional<int> retention_days(const SourceEnvironment& environment) const override;
  std::unique_ptr<LogReader> reader(const ReaderOptions& options) const override;
};

}  // namespace relayburn
