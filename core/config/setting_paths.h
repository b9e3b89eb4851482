#pragma once

#include <string>

#include "core/config/settings.h"

namespace relayburn {

// Makes paths of settings absolute, so that they mean the same wherever they are used later. All
// throw Error{Usage} where there is no home or no working directory.
class SettingPaths {
 public:
  explicit SettingPaths(const Environment& environment) : environment_(environment) {}

  std::string user_home() const;
  // Nobody expands "~/" for us in a file, in a crontab or after "--home=".
  std::string expand_tilde(const std::string& path) const;
  std::string from_working_directory(const std::string& path) const;
  std::string from_folder(const std::string& path, const std::string& folder) const;
  // As the path in a file means it that lies there.
  std::string beside(const std::string& path, const std::string& file) const;

 private:
  const Environment& environment_;
};

}  // namespace relayburn
