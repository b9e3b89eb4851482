#pragma once
// Where OpenCode keeps its sessions, in all three generations (FORMAT.md 1).

#include "core/sources/source.h"

namespace relayburn {

class OpencodeSource : public Source {
 public:
  std::string_view name() const override;
  int64_t parser_version() const override;
  std::vector<std::string> roots(const SourceEnvironment& environment) const override;
  // A file of the JSON tree by the folders it lies in, a database by its name.
  bool is_log(std::string_view path) const override;
  // The parts of a message; the write-ahead log of a database.
  void include_sidecar_files(Cursor& found) const override;
  bool keeps_state() const override { return true; }
  int likeness(std::string_view head) const override;
  std::unique_ptr<LogReader> reader(const ReaderOptions& options) const override;
};

}  // namespace relayburn
