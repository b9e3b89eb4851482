#pragma once
// Where Codex keeps its rollouts (FORMAT.md 1).

#include "core/sources/source.h"

namespace relayburn {

class CodexSource : public Source {
 public:
  std::string_view name() const override;
  int64_t parser_version() const override;
  std::vector<std::string> roots(const SourceEnvironment& environment) const override;
  bool is_log(std::string_view path) const override {
    return path.ends_with(".jsonl") || path.ends_with(".jsonl.zst");
  }
  int likeness(std::string_view head) const override;
  std::unique_ptr<LogReader> reader(const ReaderOptions& options) const override;
};

}  // namespace relayburn
