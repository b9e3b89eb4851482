#pragma once
// Writes the lines of one batch after the last commit.

#include <cstdint>
#include <string>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "plugins/file/ledger_line.h"

namespace relayburn {

class LedgerTail {
 public:
  // Requires that the file ends at `begin` and is on disk up to there, so that a later batch proves
  // an earlier one. `path` outlives the object.
  LedgerTail(const std::string& path, int64_t begin);
  // Takes back what was written if the batch is not finished.
  ~LedgerTail();
  LedgerTail(const LedgerTail&) = delete;
  LedgerTail& operator=(const LedgerTail&) = delete;

  // The offset in the file of the next line.
  int64_t end() const { return written_ + static_cast<int64_t>(lines_.size()); }

  void add(Kind kind, Row row);
  // Completes the commit line, writes it, and waits until the batch is on disk.
  void finish(CommitLine& commit);

 private:
  void write(size_t size);

  const std::string& path_;
  FileHandle file_;
  int64_t begin_;
  int64_t written_;    // up to this offset
  std::string lines_;  // after that, still in memory
  Sha256 hash_;
  bool is_finished_ = false;
};

}  // namespace relayburn
