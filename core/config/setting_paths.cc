#include "core/config/setting_paths.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "core/base/error.h"

namespace relayburn {
namespace {

std::string passwd_home() {
  std::vector<char> buffer(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  while (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) {
    buffer.resize(buffer.size() * 2);
  }
  if (found != nullptr && found->pw_dir != nullptr && *found->pw_dir != '\0') return found->pw_dir;
  throw Error(ErrorKind::Usage,
              "no home folder: HOME is not set, and user " + std::to_string(geteuid()) +
                  " has no passwd entry",
              "set RELAYBURN_HOME");
}

std::string working_directory() {
  std::error_code problem;
  const std::filesystem::path path = std::filesystem::current_path(problem);
  if (!problem) return path.string();
  throw Error(ErrorKind::Usage, "the working directory cannot be found: " + problem.message(),
              "use absolute paths");
}

// Without slashes at the end. A ".." stays: behind a link it does not lead back.
std::string tidy(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string joined(const std::string& folder, const std::string& path) {
  return tidy((folder == "/" ? "" : folder) + "/" + path);
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return working_directory();
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::string SettingPaths::user_home() const {
  const std::string home = environment_("HOME").value_or("");
  if (home.empty()) return passwd_home();
  return home.starts_with('/') ? tidy(home) : joined(working_directory(), home);
}

std::string SettingPaths::expand_tilde(const std::string& path) const {
  if (path == "~") return user_home();
  return path.starts_with("~/") ? joined(user_home(), path.substr(2)) : path;
}

std::string SettingPaths::from_working_directory(const std::string& path) const {
  const std::string expanded = expand_tilde(path);
  return expanded.starts_with('/') ? tidy(expanded) : joined(working_directory(), expanded);
}

std::string SettingPaths::from_folder(const std::string& path, const std::string& folder) const {
  const std::string expanded = expand_tilde(path);
  return expanded.starts_with('/') ? tidy(expanded) : joined(folder, expanded);
}

std::string SettingPaths::beside(const std::string& path, const std::string& file) const {
  return from_folder(path, folder_of(file));
}

}  // namespace relayburn
