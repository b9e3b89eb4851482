#include "core/ingest/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace relayburn {
namespace {

constexpr uint32_t kChanges = IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR;

}  // namespace

FolderWatch::FolderWatch() : events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!events_.is_open()) problem_ = std::string("inotify: ") + std::strerror(errno);
}

std::string FolderWatch::watch(const std::set<std::string>& folders) {
  if (!events_.is_open()) return problem_;
  std::string problem;
  for (const std::string& folder : folders)
    if (inotify_add_watch(events_.fd(), folder.c_str(), kChanges) < 0 && errno != ENOENT &&
        errno != ENOTDIR && problem.empty())
      // What inotify says when its watches are used up.
      problem = folder + ": " +
                (errno == ENOSPC ? "no watches left (fs.inotify.max_user_watches)"
                                 : std::strerror(errno));
  return problem;
}

void FolderWatch::drain() const {
  std::array<char, 65536> events;
  while (read(events_.fd(), events.data(), events.size()) > 0) {
  }
}

}  // namespace relayburn
