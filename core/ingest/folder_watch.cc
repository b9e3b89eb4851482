#include "core/ingest/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace relayburn {
namespace {

constexpr uint32_t kComing = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
constexpr uint32_t kChanges = kComing | IN_MODIFY | IN_ATTRIB;

}  // namespace

FolderWatch::FolderWatch() : events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!events_.is_open()) problem_ = std::string("inotify: ") + std::strerror(errno);
}

std::string FolderWatch::watch(const std::set<std::string>& folders) {
  if (!events_.is_open()) return problem_;
  std::string problem;
  for (const std::string& folder : folders) {
    const int watch = inotify_add_watch(events_.fd(), folder.c_str(), kChanges);
    if (watch >= 0) {
      whole_.insert(watch);
    } else if (errno != ENOENT && errno != ENOTDIR && problem.empty()) {
      // What inotify says when its watches are used up.
      problem = folder + ": " +
                (errno == ENOSPC ? "no watches left (fs.inotify.max_user_watches)"
                                 : std::strerror(errno));
    }
  }
  return problem;
}

void FolderWatch::await(const std::set<std::string>& places) {
  if (!events_.is_open()) return;
  for (const std::string& place : places) await(place);
}

void FolderWatch::await(const std::string& place) {
  std::filesystem::path missing(place);
  while (missing.has_relative_path()) {
    const std::filesystem::path folder = missing.parent_path();
    const int watch = inotify_add_watch(events_.fd(), folder.c_str(), kComing | IN_MASK_ADD);
    if (watch >= 0) awaited_[watch].insert(missing.filename());
    if (watch >= 0 || errno != ENOENT) return;
    missing = folder;
  }
}

bool FolderWatch::matters(int watch, std::string_view name) const {
  const auto awaited = awaited_.find(watch);
  return awaited == awaited_.end() || whole_.contains(watch) ||
         awaited->second.contains(std::string(name));
}

bool FolderWatch::drain() {
  alignas(inotify_event) std::array<char, 65536> events;
  bool any_matters = false;
  for (ssize_t size; (size = read(events_.fd(), events.data(), events.size())) > 0;) {
    for (const char* at = events.data(); at < events.data() + size;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof(event));
      any_matters |= matters(event.wd, event.len > 0 ? at + sizeof(event) : "");
      at += sizeof(event) + event.len;
    }
  }
  return any_matters;
}

}  // namespace relayburn
