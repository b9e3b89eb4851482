#pragma once
// What was done to files, for tests/cli/power_cut.py: one record a call, in their order.
//
//   write INODE OFFSET SIZE   the bytes follow the line
//   truncate INODE SIZE
//   sync INODE
//   create INODE PATH
//   sync_folder PATH | mkdir PATH | unlink PATH | rename FROM<tab>TO

#include <sys/types.h>

#include <string>

// Each is called after the call that it records.
class ChangeLog {
 public:
  explicit ChangeLog(std::string path) : path_(std::move(path)) {}

  bool is_kept() const { return !path_.empty(); }
  // At `offset`, or where the file's own offset is now.
  void written(int fd, ssize_t size, off_t offset = -1);
  void truncated(int fd, off_t size);
  void synced(int fd);
  // Opened, and it was not there before, or its bytes were dropped.
  void created(int fd, const std::string& path);
  void changed_folder(const std::string& what);  // "mkdir PATH" and the like

 private:
  void append(std::string head, const std::string& bytes = {});

  std::string path_;
};
