#pragma once
// Tells by inotify(7) when something changes in folders. It is a help, not a promise: what it
// cannot watch (too many folders, changes by other hosts) is only seen by looking now and then.

#include <map>
#include <set>
#include <string>
#include <string_view>

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

  // Tells when these places come up, or what lies above them: each folder that is there is watched
  // for the name that is still missing in it, and for nothing else that goes on there.
  void await(const std::set<std::string>& places);

  // Takes what has been told so far; whether any of it matters.
  bool drain();

 private:
  void await(const std::string& place);
  bool matters(int watch, std::string_view name) const;

  FileHandle events_;
  std::string problem_;
  std::set<int> whole_;                           // watches of which every change matters
  std::map<int, std::set<std::string>> awaited_;  // of the others: the names
};

}  // namespace relayburn
