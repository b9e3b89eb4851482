#pragma once
// Tells a write that a crash cut short from damage, at the end of a ledger file.

#include <cstdint>
#include <string>

#include "core/base/file.h"

namespace relayburn {

// What follows the last batch that can be read.
struct UnreadTail {
  int64_t begin = 0;  // the end of that batch
  int64_t end = 0;    // of the file
  // What is wrong with the batch's commit line; empty: the tail has no commit line.
  std::string problem;
  // Where that commit line ends. A byte after it belongs to a later batch.
  int64_t commit_end = 0;
};

// Throws Corrupt, naming the place, unless a crash explains the tail: the batch was never proven to
// be on disk, and the bytes are the beginning of one, or a disk sector of them was never written.
// `proven_length` is the length up to which the ledger is known to have been on disk.
void require_torn_write(const FileHandle& file, const std::string& path, const UnreadTail& tail,
                        int64_t proven_length);

}  // namespace relayburn
