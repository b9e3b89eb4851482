#pragma once
// The one table of settings: their names in config.toml and where else they may come from.

#include <cstdint>
#include <string_view>

namespace relayburn {

enum class SettingType { Text, Path, Count, Flag, TextList };

struct SettingKey {
  std::string_view name;
  std::string_view variable = {};  // empty: none
  SettingType type = SettingType::Text;
  bool is_in_config = true;
  std::string_view fallback = {};  // the default; empty: none, or one that settings.cc makes up
  std::string_view choices = {};   // the values that are allowed, with spaces between; empty: any
  int64_t least = 0;               // of a Count
  int64_t greatest = 0;
};

inline constexpr int64_t kSecondsOfDay = 86400;

inline constexpr SettingKey kSettingKeys[] = {
    // In a config file it would come too late: it says where that file is.
    {"home", "RELAYBURN_HOME", SettingType::Path, false},
    {.name = "storage", .variable = "RELAYBURN_STORAGE", .fallback = "sqlite"},
    {"sqlite_path", "RELAYBURN_SQLITE_PATH", SettingType::Path},
    {"file_dir", "RELAYBURN_FILE_DIR", SettingType::Path},
    {"database_url", "RELAYBURN_DATABASE_URL"},
    {.name = "database_schema", .variable = "RELAYBURN_DATABASE_SCHEMA", .fallback = "relayburn"},
    // Each of its three sources has rules of its own; plugin_finder.h knows them.
    {"plugin_dir", "RELAYBURN_PLUGIN_PATH"},
    {.name = "content_store",
     .variable = "RELAYBURN_CONTENT_STORE",
     .fallback = "off",
     .choices = "off full"},
    {"content_ttl", "RELAYBURN_CONTENT_TTL"},
    {"project_allow", "RELAYBURN_PROJECT_ALLOW", SettingType::TextList},
    {"project_deny", "RELAYBURN_PROJECT_DENY", SettingType::TextList},
    {.name = "anonymize_projects",
     .variable = "RELAYBURN_ANONYMIZE_PROJECTS",
     .type = SettingType::Flag,
     .fallback = "false",
     .choices = "true false"},
    {"anonymize_key", "RELAYBURN_ANONYMIZE_KEY", SettingType::Path},
    {.name = "prices_update", .variable = "RELAYBURN_PRICES_UPDATE", .fallback = "off"},
    {"prices_source", "RELAYBURN_PRICES_SOURCE"},
    // As every program that uses OpenSSL or curl reads them; in a file for cron.
    {"ssl_cert_file", "SSL_CERT_FILE"},
    {"curl_ca_bundle", "CURL_CA_BUNDLE"},
    {"host_label", "RELAYBURN_HOST_LABEL"},
    // And RELAYBURN_TAG_NAME=VALUE, see session_tags.h.
    {"tags", "", SettingType::TextList},
    {"timezone", "TZ"},
    {.name = "pool_size", .type = SettingType::Count, .fallback = "4", .least = 1, .greatest = 64},
    {"allow_plaintext_hosts", "", SettingType::TextList},
    // Seconds.
    {.name = "interval",
     .type = SettingType::Count,
     .fallback = "30",
     .least = 1,
     .greatest = kSecondsOfDay},
    {.name = "splay", .type = SettingType::Count, .fallback = "0", .greatest = kSecondsOfDay},
    {.name = "progress", .fallback = "auto", .choices = "auto always never"},
    {.name = "quiet", .type = SettingType::Flag, .fallback = "false", .choices = "true false"},
    {.name = "log_level", .fallback = "warning", .choices = "debug info warning error"},
    {.name = "log_format", .fallback = "text", .choices = "text json"},
    // As the agents read them; in a file for cron, which has no environment.
    {"claude_config_dir", "CLAUDE_CONFIG_DIR"},
    {"codex_home", "CODEX_HOME"},
    {"opencode_db", "OPENCODE_DB"},
    {"xdg_config_home", "XDG_CONFIG_HOME"},
    {"xdg_data_home", "XDG_DATA_HOME"},
};

// Null where there is none of that name.
constexpr const SettingKey* find_setting_key(std::string_view name) {
  for (const SettingKey& key : kSettingKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

}  // namespace relayburn
