#pragma once
// What can be told of a database from its folder alone, before SQLite touches it: the way in that
// keeps nobody waiting depends on it.

#include <sys/stat.h>

#include <string>

namespace relayburn {

// Of a file and of what SQLite keeps beside it; equal states: nothing was written in between.
struct DatabaseState {
  struct File {
    bool exists = false;
    ino_t inode = 0;
    off_t size = 0;
    timespec changed{};

    friend bool operator==(const File& a, const File& b) {
      return a.exists == b.exists && a.inode == b.inode && a.size == b.size &&
             a.changed.tv_sec == b.changed.tv_sec && a.changed.tv_nsec == b.changed.tv_nsec;
    }
  };
  File database;
  File wal;
  File journal;

  friend bool operator==(const DatabaseState&, const DatabaseState&) = default;
};
DatabaseState state_of(const std::string& path);

struct DatabasePlace {
  std::string path;
  bool uses_wal = false;  // what the file's header says
  // We may write beside the file, and what we write there its owner may use: a -shm of somebody
  // else would lock OpenCode out.
  bool can_write_sidecars = false;
  DatabaseState state;
};
// Throws Error: Unavailable, Unauthorized; Corrupt where the file is no SQLite database. An empty
// file is one.
DatabasePlace look_at(const std::string& path);

}  // namespace relayburn
