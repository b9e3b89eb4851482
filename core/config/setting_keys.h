#pragma once
// The one table of settings: their names in config.toml and where else they may come from.

#include <string_view>

namespace relayburn {

enum class SettingType { Text, Path, Count, TextList };

struct SettingKey {
  std::string_view name;
  std::string_view variable;  // empty: none
  SettingType type = SettingType::Text;
  bool is_in_config = true;
};

inline constexpr SettingKey kSettingKeys[] = {
    // In a config file it would come too late: it says where that file is.
    {"home", "RELAYBURN_HOME", SettingType::Path, false},
    {"storage", "RELAYBURN_STORAGE"},
    {"sqlite_path", "RELAYBURN_SQLITE_PATH", SettingType::Path},
    {"file_dir", "RELAYBURN_FILE_DIR", SettingType::Path},
    {"database_url", "RELAYBURN_DATABASE_URL"},
    {"database_schema", "RELAYBURN_DATABASE_SCHEMA"},
    // Each of its three sources has rules of its own; plugin_finder.h knows them.
    {"plugin_dir", "RELAYBURN_PLUGIN_PATH"},
    {"content_store", "RELAYBURN_CONTENT_STORE"},
    {"host_label", "RELAYBURN_HOST_LABEL"},
    {"timezone", "TZ"},
    {"pool_size", "", SettingType::Count},
    {"allow_plaintext_hosts", "", SettingType::TextList},
};

// Null where there is none of that name.
constexpr const SettingKey* find_setting_key(std::string_view name) {
  for (const SettingKey& key : kSettingKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

}  // namespace relayburn
