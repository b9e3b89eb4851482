#pragma once
// The lines of one batch, written behind the last commit: what lies there was never committed.

#include <cstdint>
#include <string>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "plugins/file/ledger_line.h"

namespace relayburn {

class LedgerTail {
 public:
  // `path` outlives it.
  LedgerTail(const std::string& path, int64_t begin);
  // Where it is not finished nothing of it stays.
  ~LedgerTail();
  LedgerTail(const LedgerTail&) = delete;
  LedgerTail& operator=(const LedgerTail&) = delete;

  // Where in the file the next line begins.
  int64_t end() const { return written_ + static_cast<int64_t>(lines_.size()); }

  void add(Kind kind, Row row);
  // With the commit line, which it completes; synced.
  void finish(CommitLine& commit);

 private:
  void write();

  const std::string& path_;
  FileHandle file_;
  int64_t begin_;
  int64_t written_;    // up to here
  std::string lines_;  // behind that, still in memory
  Sha256 hash_;
  bool is_finished_ = false;
};

}  // namespace relayburn
