#pragma once
// One config.toml, as it is written: types and keys are right, what the values mean is for
// settings.cc.

#include <string>
#include <vector>

#include "core/config/setting_keys.h"

namespace relayburn {

struct ConfigEntry {
  const SettingKey* key = nullptr;
  std::string text;               // a count in digits
  std::vector<std::string> list;  // of a TextList; text is then empty
  std::string place;              // "/home/u/.relayburn/config.toml:3"
};

struct ConfigFile {
  std::string path;
  bool is_readable_by_others = false;
  std::vector<ConfigEntry> entries;
};

// A file that does not exist has no entries. Throws Error{Usage}, with the line: broken TOML,
// unknown key, wrong type, empty text; and a file that is there and cannot be read.
ConfigFile read_config_file(const std::string& path);

}  // namespace relayburn
