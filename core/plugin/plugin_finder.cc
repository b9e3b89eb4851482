#include "core/plugin/plugin_finder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr std::string_view kFlag = "--plugin-dir";
constexpr std::string_view kVariable = "RELAYBURN_PLUGIN_PATH";
constexpr std::string_view kConfigKey = "plugin_dir";

struct Source {
  std::string_view name;  // empty: the usual folders
  std::vector<std::string> folders;
  std::vector<SearchedPlace> unset;  // the sources that come before it
};

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

void require_plugin_name(const PluginKind& kind, std::string_view name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool is_valid =
      !name.empty() && is_lower(name.front()) && std::ranges::all_of(name, [&](char c) {
        return is_lower(c) || (c >= '0' && c <= '9') || c == '_';
      });
  if (is_valid) return;
  // A connection URL that somebody gave in place of a name may hold a password.
  const bool is_harmless = name.find_first_of(":@=") == std::string_view::npos;
  throw Error(ErrorKind::Usage,
              (is_harmless ? in_quotes(name) : "this") + " is no name of a " +
                  std::string(kind.noun) +
                  " plugin: a name is a lower-case letter, then lower-case letters, digits and "
                  "'_'",
              "relayburn comes with sqlite, file and postgres");
}

std::string absolute_flag_dir(const std::string& dir) {
  if (dir.empty()) throw Error(ErrorKind::Usage, std::string(kFlag) + " is empty");
  if (is_absolute(dir)) return dir;
  // The user typed it here and now; the other sources may be read in any working directory.
  std::error_code problem;
  const std::filesystem::path absolute = std::filesystem::absolute(dir, problem);
  if (!problem) return absolute.string();
  throw Error(ErrorKind::Usage, std::string(kFlag) + " " + in_quotes(dir) +
                                    " cannot be made absolute: " + problem.message());
}

void require_absolute(std::string_view source, const std::string& folder) {
  if (is_absolute(folder)) return;
  throw Error(ErrorKind::Usage,
              std::string(source) + ": " + in_quotes(folder) + " is not an absolute path");
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> folders;
  while (true) {
    const size_t colon = path.find(':');
    const std::string folder(path.substr(0, colon));
    if (folder.empty()) {
      throw Error(ErrorKind::Usage, std::string(kVariable) + " has an empty entry",
                  "remove the ':' at its start or end, or one of two ':' in a row");
    }
    require_absolute(kVariable, folder);
    folders.push_back(folder);
    if (colon == std::string_view::npos) return folders;
    path.remove_prefix(colon + 1);
  }
}

std::vector<std::string> usual_folders(const PluginSearch& search) {
  std::vector<std::string> folders;
  const auto add = [&](const std::filesystem::path& folder) {
    // Without the "..", so that the same folder is not listed twice. The executable's path has no
    // links in it, so this cannot change where it leads.
    const std::string plain = folder.lexically_normal().string();
    if (std::ranges::find(folders, plain) == folders.end()) folders.push_back(plain);
  };
  if (is_absolute(search.executable)) {
    add(folder_of(search.executable) + "/../lib/relayburn/plugins");
  }
  if (is_absolute(search.installed_dir)) add(search.installed_dir);
  return folders;
}

Source choose_source(const PluginSearch& search) {
  Source source;
  const auto is_unset = [&](std::string_view name, const std::optional<std::string>& value) {
    source.name = name;
    if (!value) source.unset.push_back({std::string(name), "unset"});
    return !value;
  };
  if (!is_unset(kFlag, search.flag_dir)) {
    source.folders = {absolute_flag_dir(*search.flag_dir)};
  } else if (!is_unset(kVariable, search.path)) {
    source.folders = split_path(*search.path);
  } else if (!is_unset(kConfigKey, search.config_dir)) {
    require_absolute(kConfigKey, *search.config_dir);
    source.folders = {*search.config_dir};
  } else {
    source.name = {};
    source.folders = usual_folders(search);
  }
  return source;
}

std::string install_hint(const PluginKind& kind, std::string_view name) {
  if (kind.noun != "storage" || name == "sqlite" || name == "file") return "reinstall relayburn";
  if (name == "postgres") return "install relayburn-postgres";
  return "relayburn comes with sqlite, file and postgres";
}

[[noreturn]] void throw_missing(const PluginKind& kind, std::string_view name, const Source& source,
                                const std::vector<SearchedPlace>& places) {
  std::string sentence =
      "cannot find plugin " + in_quotes(name) + ": no " + plugin_file_name(kind, name);
  std::string_view separator = " in ";
  for (const SearchedPlace& place : places) {
    sentence.append(separator).append(place.place).append(" (").append(place.outcome).append(")");
    separator = ", ";
  }
  std::string hint = install_hint(kind, name);
  if (!source.name.empty()) {
    hint += ", or unset " + std::string(source.name) + ", which replaces the usual folders";
  }
  throw Error(ErrorKind::PluginMissing, sentence, hint);
}

// Whether a plugin that was found may be used.
class Inspection {
 public:
  Inspection(std::string_view name, std::string file, const PluginSearch& search)
      : name_(name), file_(std::move(file)) {
    trusted_owners_ = {0, geteuid()};
    struct stat executable;
    // In a container all may belong to one user who is neither root nor us. Who owns the executable
    // decides what we do anyway.
    if (stat(search.executable.c_str(), &executable) == 0) {
      trusted_owners_.push_back(executable.st_uid);
    }
  }

  FoundPlugin run() const {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(file_.c_str(), nullptr),
                                                           &std::free);
    if (!real) refuse(file_ + " leads nowhere: " + std::strerror(errno));
    const FoundPlugin found{real.get(), open_file(real.get())};
    try {
      check_file(found);
      check_folder(folder_of(found.file));
      // Where the file is a link, somebody who can write beside the link chooses what is loaded.
      check_folder(folder_of(file_));
    } catch (...) {
      close(found.fd);
      throw;
    }
    return found;
  }

  [[noreturn]] void refuse(const std::string& why, const std::string& hint = {}) const {
    throw Error(ErrorKind::PluginIncompatible, "cannot use plugin " + in_quotes(name_) + ": " + why,
                hint);
  }

 private:
  int open_file(const char* path) const {
    // Not blocking: opening a named pipe would wait for its writer.
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) refuse(std::string(path) + " cannot be opened: " + std::strerror(errno));
    return fd;
  }

  void check_file(const FoundPlugin& found) const {
    struct stat status;
    if (fstat(found.fd, &status) != 0) refuse(found.file + ": " + std::strerror(errno));
    if (!S_ISREG(status.st_mode)) refuse(found.file + " is not a regular file");
    check_writers(found.file, status);
  }

  void check_folder(const std::string& folder) const {
    struct stat status;
    if (stat(folder.c_str(), &status) != 0) refuse(folder + ": " + std::strerror(errno));
    check_writers(folder, status);
  }

  void check_writers(const std::string& path, const struct stat& status) const {
    if (std::ranges::find(trusted_owners_, status.st_uid) == trusted_owners_.end()) {
      refuse(path + " belongs to uid " + std::to_string(status.st_uid) +
                 ", which is neither root, nor us, nor the owner of the executable",
             "chown root " + path);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
    const char* writer = (status.st_mode & S_IWOTH) != 0 ? "everybody" : "its group";
    refuse(path + " can be written by " + writer, "chmod go-w " + path);
  }

  std::string name_;
  std::string file_;
  std::vector<uid_t> trusted_owners_;
};

std::string running_executable() {
  std::error_code problem;
  return std::filesystem::read_symlink("/proc/self/exe", problem).string();
}

}  // namespace

PluginSearch PluginSearch::of_process() {
  PluginSearch search;
  search.executable = running_executable();
  search.installed_dir = RELAYBURN_INSTALLED_PLUGIN_DIR;
  return search;
}

std::string plugin_file_name(const PluginKind& kind, std::string_view name) {
  return "relayburn_" + std::string(kind.noun) + "_" + std::string(name) + ".so";
}

std::vector<std::string> plugin_directories(const PluginSearch& search) {
  return choose_source(search).folders;
}

FoundPlugin find_plugin(const PluginKind& kind, std::string_view name, const PluginSearch& search) {
  require_plugin_name(kind, name);
  const Source source = choose_source(search);
  std::vector<SearchedPlace> places = source.unset;
  for (const std::string& folder : source.folders) {
    const std::string file = folder + "/" + plugin_file_name(kind, name);
    const Inspection inspection(name, file, search);
    struct stat status;
    // The first one that is there is the one, also when it turns out to be unusable.
    if (lstat(file.c_str(), &status) == 0) return inspection.run();
    if (errno != ENOENT && errno != ENOTDIR) {
      inspection.refuse("cannot look for " + file + ": " + std::strerror(errno));
    }
    const bool is_there = stat(folder.c_str(), &status) == 0;
    places.push_back({folder, !is_there                 ? "does not exist"
                              : S_ISDIR(status.st_mode) ? "no such file"
                                                        : "is not a folder"});
  }
  throw_missing(kind, name, source, places);
}

}  // namespace relayburn
