#pragma once
// Tells by inotify(7) when something changes in folders. It is a help, not a promise: what it
// cannot watch (too many folders, changes by other hosts) is only seen by looking now and then.

#include <set>
#include <string>

#include "core/base/file.h"

namespace relayburn {

class FolderWatch {
 public:
  FolderWatch();

  // Readable when something has changed; -1 where there is no inotify.
  int fd() const { return events_.fd(); }

  // Watches these, too; a folder that is watched already, or is not there, costs nothing. Gives why
  // some folder cannot be watched; empty where all are.
  std::string watch(const std::set<std::string>& folders);

  // Forgets what has been told so far.
  void drain() const;

 private:
  FileHandle events_;
  std::string problem_;
};

}  // namespace relayburn
