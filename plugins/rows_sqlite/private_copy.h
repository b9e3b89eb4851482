#pragma once
// A copy of a database that we may not lay a hand on where it is, in a folder of our own.

#include <string>

#include "core/base/file.h"
#include "plugins/rows_sqlite/database_place.h"

namespace relayburn {

// A database with its write-ahead log and journal, copied at a moment at which nobody wrote. The
// copy is gone with the object, or as soon as remove() was called: who has it open keeps it.
class PrivateCopy {
 public:
  // Throws Error: Unavailable where the files changed each time while they were copied.
  explicit PrivateCopy(const std::string& path);
  ~PrivateCopy() { remove(); }
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  std::string path() const;
  void remove();

 private:
  std::string folder_;  // empty once it is gone
  FileHandle lock_;     // on it: the next one removes what nobody holds
};

}  // namespace relayburn
