#include "core/config/settings.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/base/error.h"
#include "core/config/config_file.h"
#include "core/config/database_url.h"
#include "core/config/price_source.h"
#include "core/config/setting_keys.h"
#include "core/config/setting_paths.h"
#include "core/config/setting_values.h"

namespace relayburn {
namespace {

using Layer = std::map<std::string, Setting, std::less<>>;

// Patterns of directories are folders, however they are written.
std::vector<std::string> tidy_list(const SettingKey& key, std::vector<std::string> items,
                                   const SettingPaths& paths) {
  if (!key.name.starts_with("project_")) return items;
  for (std::string& item : items) {
    item = paths.expand_tilde(item);
    while (item.size() > 1 && item.ends_with('/')) item.pop_back();
  }
  return items;
}

std::string flag_name(std::string_view key) {
  std::string name = "--" + std::string(key);
  std::ranges::replace(name, '_', '-');
  return name;
}

Layer flag_layer(const FlagValues& flags, const SettingPaths& paths) {
  Layer layer;
  for (const auto& [name, value] : flags) {
    const SettingKey* key = find_setting_key(name);
    if (key == nullptr) {
      throw Error(ErrorKind::Internal, "no setting can be given as flag " + flag_name(name));
    }
    Setting setting{value, SettingOrigin::Flag, flag_name(name), {}};
    if (value.empty()) refuse(setting, name + " is empty", "leave the flag out");
    if (key->type == SettingType::Path || name == "plugin_dir") {
      setting.value = paths.from_working_directory(value);
    }
    if (key->type == SettingType::TextList) {
      setting.list = tidy_list(*key, split_list(value), paths);
    }
    check_value(*key, setting);
    layer.emplace(name, std::move(setting));
  }
  return layer;
}

Layer environment_layer(const Environment& environment, const SettingPaths& paths) {
  Layer layer;
  for (const SettingKey& key : kSettingKeys) {
    if (key.variable.empty()) continue;
    const std::string variable(key.variable);
    std::string value = environment(variable).value_or("");
    // POSIX: TZ=":Europe/Berlin" is the form for zones that have a name.
    if (key.name == "timezone" && value.starts_with(':')) value.erase(0, 1);
    if (value.empty()) continue;
    if (key.type == SettingType::Path) value = paths.from_working_directory(value);
    if (key.type == SettingType::Flag) value = flag_of(value);
    Setting setting{std::move(value), SettingOrigin::Environment, variable, {}};
    if (key.type == SettingType::TextList) {
      setting.list = tidy_list(key, split_list(setting.value), paths);
    }
    check_value(key, setting);
    layer.emplace(key.name, std::move(setting));
  }
  return layer;
}

void check_privacy(const Setting& url, const ConfigFile& file) {
  if (!file.is_readable_by_others || !holds_password(url.value)) return;
  refuse(url, "database_url holds, or may hold, a password, and others can read this file",
         "chmod 600 " + file.path);
}

bool is_agent_place(const SettingKey& key) {
  return !key.variable.empty() && !key.variable.starts_with("RELAYBURN_") && key.name != "timezone";
}

Setting config_setting(const ConfigEntry& entry, SettingOrigin origin, const ConfigFile& file,
                       const SettingPaths& paths) {
  Setting setting{entry.text, origin, entry.place, tidy_list(*entry.key, entry.list, paths)};
  const std::string_view key = entry.key->name;
  if (entry.key->type == SettingType::Path) {
    setting.value = paths.beside(entry.text, file.path);
  }
  if (key == "plugin_dir") {
    setting.value = paths.expand_tilde(entry.text);
    if (!setting.value.starts_with('/')) refuse(setting, "plugin_dir must be an absolute path");
  }
  if (key == "prices_source" && !is_url(entry.text)) {
    setting.value = paths.beside(entry.text, file.path);
  }
  if (key == "database_url") check_privacy(setting, file);
  for (const std::string& item : entry.list) {
    if (!setting.value.empty()) setting.value += ", ";
    setting.value += item;
  }
  // Where the shell would have done it.
  if (is_agent_place(*entry.key)) setting.value = paths.expand_tilde(entry.text);
  check_value(*entry.key, setting);
  return setting;
}

std::optional<std::string> value_of(const Setting* setting) {
  if (setting == nullptr) return std::nullopt;
  return setting->value;
}

std::optional<std::string> value_from(SettingOrigin origin, const Setting* setting) {
  if (setting == nullptr || setting->origin != origin) return std::nullopt;
  return setting->value;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    // The one that names code to be loaded: not from the caller of a program with raised rights.
    const char* value =
        name == "RELAYBURN_PLUGIN_PATH" ? secure_getenv(name.c_str()) : std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Settings Settings::load(const FlagValues& flags, const Environment& environment,
                        const std::string& machine_config) {
  const SettingPaths paths(environment);
  Settings settings;
  // What is there already stays, so the strongest layer comes first.
  settings.values_ = flag_layer(flags, paths);
  settings.values_.merge(environment_layer(environment, paths));
  if (settings.find("home") == nullptr) {
    settings.values_["home"].value = paths.from_folder(".relayburn", paths.user_home());
  }
  const auto add_file = [&](const std::string& path, SettingOrigin origin) {
    const ConfigFile file = read_config_file(path);
    for (const ConfigEntry& entry : file.entries) {
      settings.values_.try_emplace(std::string(entry.key->name),
                                   config_setting(entry, origin, file, paths));
    }
  };
  add_file(settings.home() + "/config.toml", SettingOrigin::UserConfig);
  add_file(machine_config, SettingOrigin::MachineConfig);
  return settings;
}

const Setting* Settings::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

std::string Settings::text(std::string_view key) const {
  const Setting* setting = find(key);
  return setting != nullptr ? setting->value : std::string(find_setting_key(key)->fallback);
}

std::string Settings::home() const { return text("home"); }

std::string Settings::storage() const { return text("storage"); }

std::string Settings::sqlite_path() const {
  return value_of(find("sqlite_path")).value_or(home() + "/burn.sqlite");
}

std::string Settings::file_dir() const {
  return value_of(find("file_dir")).value_or(home() + "/ledger");
}

std::optional<std::string> Settings::database_url() const { return value_of(find("database_url")); }

std::string Settings::database_schema() const { return text("database_schema"); }

std::optional<std::string> Settings::plugin_dir_flag() const {
  return value_from(SettingOrigin::Flag, find("plugin_dir"));
}

std::optional<std::string> Settings::plugin_path_variable() const {
  return value_from(SettingOrigin::Environment, find("plugin_dir"));
}

std::optional<std::string> Settings::plugin_dir_config() const {
  const Setting* setting = find("plugin_dir");
  const auto user = value_from(SettingOrigin::UserConfig, setting);
  return user ? user : value_from(SettingOrigin::MachineConfig, setting);
}

bool Settings::keeps_content() const { return text("content_store") == "full"; }

std::vector<std::string> Settings::tags() const { return list("tags"); }

std::optional<std::string> Settings::content_ttl() const { return value_of(find("content_ttl")); }

std::vector<std::string> Settings::project_allow() const { return list("project_allow"); }

std::vector<std::string> Settings::project_deny() const { return list("project_deny"); }

bool Settings::anonymizes_projects() const { return text("anonymize_projects") == "true"; }

std::optional<std::string> Settings::anonymize_key() const {
  return value_of(find("anonymize_key"));
}

std::optional<std::string> Settings::prices_update() const {
  const std::string span = text("prices_update");
  return span == "off" ? std::nullopt : std::optional(span);
}

std::optional<std::string> Settings::prices_source() const {
  return value_of(find("prices_source"));
}

std::optional<std::string> Settings::certificate_file() const {
  const Setting* bundle = find("curl_ca_bundle");
  return value_of(bundle != nullptr ? bundle : find("ssl_cert_file"));
}

std::optional<std::string> Settings::host_label() const { return value_of(find("host_label")); }

std::optional<std::string> Settings::timezone() const { return value_of(find("timezone")); }

int Settings::pool_size() const { return std::stoi(text("pool_size")); }

int Settings::interval_seconds() const { return std::stoi(text("interval")); }

int Settings::splay_seconds() const { return std::stoi(text("splay")); }

std::string Settings::progress() const { return text("progress"); }

bool Settings::is_quiet() const { return text("quiet") == "true"; }

std::string Settings::log_level() const { return text("log_level"); }

std::string Settings::log_format() const { return text("log_format"); }

std::optional<std::string> Settings::agent_variable(std::string_view variable) const {
  for (const SettingKey& key : kSettingKeys) {
    if (key.variable == variable) return value_of(find(key.name));
  }
  return std::nullopt;
}

std::vector<std::string> Settings::allow_plaintext_hosts() const {
  return list("allow_plaintext_hosts");
}

std::vector<std::string> Settings::list(std::string_view key) const {
  const Setting* setting = find(key);
  return setting != nullptr ? setting->list : std::vector<std::string>{};
}

std::vector<std::pair<std::string, Setting>> Settings::all_redacted() const {
  std::vector<std::pair<std::string, Setting>> all;
  for (const SettingKey& key : kSettingKeys) {
    Setting setting;
    setting.value = key.fallback;
    if (key.name == "sqlite_path") setting.value = sqlite_path();
    if (key.name == "file_dir") setting.value = file_dir();
    if (const Setting* given = find(key.name)) setting = *given;
    if (key.name == "database_url" && !setting.value.empty()) {
      setting.value = redact_database_url(setting.value);
    }
    if (key.name == "prices_source") setting.value = without_credentials(setting.value);
    all.emplace_back(key.name, std::move(setting));
  }
  return all;
}

}  // namespace relayburn
