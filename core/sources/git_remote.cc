#include "core/sources/git_remote.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>

#include "core/base/spelling.h"
#include "core/base/utf8.h"
#include "core/sources/git_config.h"

namespace relayburn {
namespace {

constexpr int kMaxLevels = 100;
constexpr size_t kMaxBytes = 1 << 20;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_blank_or_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank_or_control(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_or_control(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view trim_slashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

std::optional<std::string> join(std::string_view host, std::string_view path) {
  constexpr std::string_view kSuffix = ".git";
  path = trim_slashes(path);
  if (path.size() >= kSuffix.size() && path.substr(path.size() - kSuffix.size()) == kSuffix) {
    path.remove_suffix(kSuffix.size());
    path = trim_slashes(path);
  }
  const bool is_bad_host = host.empty() || std::any_of(host.begin(), host.end(), [](char c) {
                             return is_blank_or_control(c) || c == '/' || c == '@' || c == ':';
                           });
  if (is_bad_host || path.empty()) return std::nullopt;

  std::string name = lower_case(host) + '/';
  append_storable(name, path);
  return name;
}

// scheme://[auth@]host[:port]/path
std::optional<std::string> remote_of_url(std::string_view scheme, std::string_view rest) {
  const bool is_scheme = !scheme.empty() && is_letter(scheme[0]) &&
                         std::all_of(scheme.begin(), scheme.end(), [](char c) {
                           return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                         });
  const bool is_local = lower_case(scheme) == "file";
  const size_t slash = rest.find('/');
  if (!is_scheme || is_local || slash == std::string_view::npos) return std::nullopt;

  std::string_view host = rest.substr(0, slash);
  // The last '@', as URLs have it: what stands before it may be a password with another one in it.
  if (const size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (const size_t colon = host.find(':'); colon != std::string_view::npos) {
    const std::string_view port = host.substr(colon + 1);
    if (!std::all_of(port.begin(), port.end(), is_digit)) return std::nullopt;
    host = host.substr(0, colon);
  }
  return join(host, rest.substr(slash));
}

// user@host:path
std::optional<std::string> remote_of_scp(std::string_view url) {
  const size_t at = url.find('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view user = url.substr(0, at);
  const bool is_user = std::all_of(user.begin(), user.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
  });
  const size_t colon = url.find(':', at);
  if (!is_user || colon == std::string_view::npos) return std::nullopt;
  return join(url.substr(at + 1, colon - at - 1), url.substr(colon + 1));
}

class File {
 public:
  // A FIFO in the place of a file must not make us wait for a writer.
  explicit File(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_small_regular() const {
    struct stat status;
    return descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size <= static_cast<off_t>(kMaxBytes);
  }

  // All of it; nullopt where it cannot be read or has grown too long.
  std::optional<std::string> read() const {
    std::string text;
    char buffer[8192];
    while (text.size() <= kMaxBytes) {
      const ssize_t count = ::read(descriptor_, buffer, sizeof buffer);
      if (count == 0) return text;
      if (count > 0) text.append(buffer, static_cast<size_t>(count));
      if (count < 0 && errno != EINTR) return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  int descriptor_;
};

std::optional<std::string> read_small_file(const std::string& path) {
  const File file(path);
  if (!file.is_small_regular()) return std::nullopt;
  return file.read();
}

// A path that a file of git's states, seen from the directory it is relative to.
std::optional<std::string> stated_path(const std::string& directory, std::string_view text) {
  const std::string_view path = trim(text);
  if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
  if (path.front() == '/') return std::string(path);
  return directory + '/' + std::string(path);
}

// Where the repository's config is whose `.git` is a file: a worktree or a submodule.
std::optional<std::string> config_behind_file(const std::string& directory,
                                              const std::string& dot_git) {
  constexpr std::string_view kPrefix = "gitdir:";
  const auto text = read_small_file(dot_git);
  if (!text || text->compare(0, kPrefix.size(), kPrefix) != 0) return std::nullopt;
  const auto git_dir = stated_path(directory, std::string_view(*text).substr(kPrefix.size()));
  if (!git_dir) return std::nullopt;
  const auto common = read_small_file(*git_dir + "/commondir");
  const auto common_dir = common ? stated_path(*git_dir, *common) : git_dir;
  if (!common_dir) return std::nullopt;
  return *common_dir + "/config";
}

std::optional<std::string> remote_at(const std::string& directory, const std::string& dot_git,
                                     bool is_directory) {
  const auto path = is_directory ? dot_git + "/config" : config_behind_file(directory, dot_git);
  const auto config = path ? read_small_file(*path) : std::nullopt;
  const auto url = config ? origin_url(*config) : std::nullopt;
  return url ? canonical_remote(*url) : std::nullopt;
}

std::optional<std::string> find_remote(const std::string& start) {
  std::string directory = std::filesystem::path(start).lexically_normal().native();
  for (int level = 0; level < kMaxLevels; ++level) {
    while (!directory.empty() && directory.back() == '/') directory.pop_back();
    const std::string dot_git = directory + "/.git";
    struct stat status;
    // The first one decides, also if it has no remote: what lies above is another repository.
    if (::stat(dot_git.c_str(), &status) == 0) {
      return remote_at(directory, dot_git, S_ISDIR(status.st_mode));
    }
    if (directory.empty()) break;
    directory.resize(directory.rfind('/'));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> canonical_remote(std::string_view url) {
  constexpr std::string_view kSchemeEnd = "://";
  url = trim(url);
  const size_t scheme_end = url.find(kSchemeEnd);
  // "user@host:odd://path" is no URL.
  if (scheme_end == std::string_view::npos || url.find('@') < scheme_end) return remote_of_scp(url);
  return remote_of_url(url.substr(0, scheme_end), url.substr(scheme_end + kSchemeEnd.size()));
}

std::optional<std::string> remote_of_directory(const std::string& directory) {
  // A relative path would mean something else in every directory that we are started in.
  if (directory.empty() || directory.front() != '/') return std::nullopt;
  if (directory.find('\0') != std::string::npos) return std::nullopt;
  try {
    return find_remote(directory);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace relayburn
