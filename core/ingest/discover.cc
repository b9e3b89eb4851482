#include "core/ingest/discover.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <thread>
#include <unordered_set>
#include <utility>

#include "core/base/file.h"
#include "core/base/threads.h"

namespace relayburn {
namespace {

struct FileIdentity {
  dev_t device;
  ino_t inode;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
struct HashOfFile {
  size_t operator()(const FileIdentity& file) const {
    return file.inode * 0x9e3779b97f4a7c15 + file.device;
  }
};
using FileSet = std::unordered_set<FileIdentity, HashOfFile>;

Cursor cursor_of(std::string path, const struct stat& status) {
  Cursor cursor;
  cursor.path = std::move(path);
  cursor.device = static_cast<int64_t>(status.st_dev);
  cursor.inode = static_cast<int64_t>(status.st_ino);
  cursor.size = status.st_size;
  cursor.mtime_ns = nanoseconds(status.st_mtim);
  cursor.ctime_ns = nanoseconds(status.st_ctim);
  return cursor;
}

// What stands in a directory, links followed.
struct Listing {
  std::string path;
  FileIdentity identity;
  std::vector<std::pair<std::string, struct stat>> files;
  std::vector<std::string> directories;
  std::vector<Discovery::Failure> failures;
  bool is_readable = false;
};

// What is gone between listing and looking was never there; a dangling link neither.
void fail(Listing& listing, const std::string& path, int error_number) {
  if (error_number == ENOENT || error_number == ELOOP) return;
  listing.failures.push_back({path, std::string("cannot be read: ") + std::strerror(error_number)});
}

void list_entry(DIR* stream, const dirent& entry, Listing& listing) {
  const std::string_view name = entry.d_name;
  if (name == "." || name == "..") return;
  std::string path = listing.path + "/" + entry.d_name;
  if (entry.d_type == DT_DIR) return listing.directories.push_back(std::move(path));
  if (entry.d_type != DT_REG && entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return;
  struct stat status;
  if (fstatat(dirfd(stream), entry.d_name, &status, 0) != 0) return fail(listing, path, errno);
  if (S_ISDIR(status.st_mode)) return listing.directories.push_back(std::move(path));
  if (S_ISREG(status.st_mode)) listing.files.emplace_back(std::move(path), status);
}

Listing list_directory(const std::string& path) {
  Listing listing;
  listing.path = path;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(path.c_str()), &closedir);
  struct stat status;
  if (!stream || fstat(dirfd(stream.get()), &status) != 0) {
    fail(listing, path, errno);
    return listing;
  }
  listing.is_readable = true;
  listing.identity = {status.st_dev, status.st_ino};
  while (const dirent* entry = readdir(stream.get())) list_entry(stream.get(), *entry, listing);
  return listing;
}

constexpr size_t kMaxThreads = 4;

// Several at a time: most of it is waiting for the file system.
std::vector<Listing> list_directories(const std::vector<std::string>& paths) {
  std::vector<Listing> listings(paths.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) listings[i] = list_directory(paths[i]);
  };
  const size_t threads = std::min<size_t>(
      {paths.size(), std::max(1u, std::thread::hardware_concurrency()), kMaxThreads});
  run_on_threads(threads, [&](size_t) { work(); });
  return listings;
}

// Walks directories and gives every regular file in them.
class Walk {
 public:
  using Visit = std::function<void(std::string path, const struct stat&)>;
  Walk(Visit visit, Discovery& discovery) : visit_(std::move(visit)), discovery_(discovery) {}

  void directory(const std::string& path) {
    std::vector<std::string> level = {path};
    while (!level.empty()) {
      std::vector<Listing> listings = list_directories(level);
      level.clear();
      for (Listing& listing : listings) take(std::move(listing), level);
    }
  }

  // One that was named.
  void named_file(const std::string& path, const struct stat& status) {
    discovery_.folders.insert(path.substr(0, path.rfind('/') + 1));
    file(path, status);
  }

 private:
  void take(Listing listing, std::vector<std::string>& below) {
    if (listing.is_readable) {
      if (!directories_.insert(listing.identity).second) return;
      discovery_.folders.insert(listing.path);
    }
    for (auto& failure : listing.failures) discovery_.failures.push_back(std::move(failure));
    for (auto& [path, status] : listing.files) file(std::move(path), status);
    std::move(listing.directories.begin(), listing.directories.end(), std::back_inserter(below));
  }

  void file(std::string path, const struct stat& status) {
    if (files_.insert({status.st_dev, status.st_ino}).second) visit_(std::move(path), status);
  }

  Visit visit_;
  Discovery& discovery_;
  FileSet directories_;
  FileSet files_;
};

void sort_logs(Discovery& discovery) {
  std::sort(discovery.logs.begin(), discovery.logs.end(),
            [](const FoundLog& a, const FoundLog& b) { return a.now.path < b.now.path; });
}

constexpr size_t kHeadBytes = size_t{64} << 10;

std::string head_of(const std::string& path) {
  std::string head(kHeadBytes, '\0');
  try {
    const FileHandle file = FileHandle::open(path, O_RDONLY);
    head.resize(read_at(file, head.data(), head.size(), 0, path));
  } catch (const Error&) {
    head.clear();  // its reader will say so
  }
  return head;
}

// The agent whose logs look most like this one, or nullptr where that is none of `sources`. Where
// it looks like nobody's, the first of them: its reader says, line by line, what is wrong.
const Source* recognise(const std::string& path, const std::vector<const Source*>& sources,
                        const std::vector<const Source*>& known) {
  const std::string head = head_of(path);
  const Source* best = sources.front();
  int most = 0;
  for (const Source* source : known)
    if (const int likeness = source->likeness(head); likeness > most) {
      best = source;
      most = likeness;
    }
  return std::find(sources.begin(), sources.end(), best) == sources.end() ? nullptr : best;
}

FoundLog found_log(const Source& source, std::string path, const struct stat& status) {
  FoundLog log{&source, cursor_of(std::move(path), status)};
  log.now.source = source.name();
  source.include_sidecar_files(log.now);
  return log;
}

// Those that take such a path for a log of theirs.
std::vector<const Source*> takers(const std::string& path,
                                  const std::vector<const Source*>& sources) {
  std::vector<const Source*> found;
  for (const Source* source : sources)
    if (source->is_log(path)) found.push_back(source);
  return found;
}

}  // namespace

Discovery discover_logs(const std::vector<const Source*>& sources,
                        const SourceEnvironment& environment) {
  Discovery discovery;
  for (const Source* source : sources) {
    bool is_named = false;
    Walk walk(
        [&](std::string path, const struct stat& status) {
          if (!is_named && !source->is_log(path)) return;
          discovery.logs.push_back(found_log(*source, std::move(path), status));
        },
        discovery);
    for (const std::string& root : source->roots(environment)) {
      struct stat status;
      const bool is_there = stat(root.c_str(), &status) == 0;
      is_named = is_there && S_ISREG(status.st_mode);
      if (!is_there) discovery.missing.insert(root);
      if (is_named) {
        walk.named_file(root, status);
      } else {
        walk.directory(root);
      }
    }
  }
  sort_logs(discovery);
  return discovery;
}

Discovery discover_paths(const std::vector<std::string>& paths,
                         const std::vector<const Source*>& sources,
                         const std::vector<const Source*>& known) {
  Discovery discovery;
  bool is_named = false;
  Walk walk(
      [&](std::string path, const struct stat& status) {
        // A path says little: of a file that was named, its content alone is asked.
        const std::vector<const Source*> ours = is_named ? sources : takers(path, sources);
        if (ours.empty()) return;
        const Source* source = recognise(path, ours, is_named ? known : takers(path, known));
        if (source != nullptr)
          discovery.logs.push_back(found_log(*source, std::move(path), status));
      },
      discovery);
  for (const std::string& given : paths) {
    const std::string path = resolved_path(given);
    struct stat status;
    if (stat(path.c_str(), &status) != 0) {
      discovery.failures.push_back({given, std::string("cannot be read: ") + std::strerror(errno)});
    } else if (S_ISDIR(status.st_mode)) {
      walk.directory(path);
    } else if (S_ISREG(status.st_mode)) {
      is_named = true;
      walk.named_file(path, status);
      is_named = false;
    } else {
      discovery.failures.push_back({given, "is neither a file nor a directory"});
    }
  }
  sort_logs(discovery);
  return discovery;
}

}  // namespace relayburn
