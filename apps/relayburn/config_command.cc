#include <unistd.h>

#include <algorithm>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"
#include "core/config/setting_keys.h"
#include "core/config/store_address.h"
#include "core/ingest/host_identity.h"
#include "core/ledger/ledger.h"
#include "core/report/time/zone.h"

namespace relayburn {
namespace {

using NamedSetting = std::pair<std::string, Setting>;

std::string_view origin_name(SettingOrigin origin) {
  switch (origin) {
    case SettingOrigin::Flag:
      return "flag";
    case SettingOrigin::Environment:
      return "environment";
    case SettingOrigin::UserConfig:
    case SettingOrigin::MachineConfig:
      return "file";
    case SettingOrigin::Default:
      return "default";
  }
  return "default";
}

// What is in force, also where this machine alone says it.
std::vector<NamedSetting> settings_in_force(const Settings& settings) {
  std::vector<NamedSetting> all = settings.all_redacted();
  for (auto& [name, setting] : all) {
    if (setting.origin != SettingOrigin::Default) continue;
    if (name == "timezone") setting.value = Zone::of_system().name();
    if (name == "host_label") setting.value = default_host_label();
  }
  return all;
}

void write_value(JsonWriter& json, const SettingKey& key, const Setting& setting) {
  if (key.type == SettingType::TextList) {
    json.begin_array();
    for (const std::string& each : setting.list) json.string(storable(each));
    json.end_array();
  } else if (setting.value.empty()) {
    json.null();
  } else if (key.type == SettingType::Count) {
    json.integer(std::stoll(setting.value));
  } else if (key.type == SettingType::Flag) {
    json.boolean(setting.value == "true");
  } else {
    json.string(storable(setting.value));
  }
}

std::string render_json(const std::vector<NamedSetting>& all) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("settings").begin_object();
  for (const auto& [name, setting] : all) {
    json.key(name).begin_object().key("value");
    write_value(json, *find_setting_key(name), setting);
    json.key("origin").string(origin_name(setting.origin));
    if (!setting.place.empty()) json.key("place").string(storable(setting.place));
    json.end_object();
  }
  json.end_object().end_object();
  return text + "\n";
}

std::string render_text(const std::vector<NamedSetting>& all) {
  size_t name_width = 0, value_width = 1;
  for (const auto& [name, setting] : all) {
    name_width = std::max(name_width, name.size());
    value_width = std::max(value_width, display_width(printable(setting.value)));
  }
  std::string text;
  for (const auto& [name, setting] : all) {
    const std::string value = setting.value.empty() ? "-" : printable(setting.value);
    text += name + std::string(name_width - name.size() + 2, ' ') + value +
            std::string(value_width - display_width(value) + 2, ' ') +
            (setting.place.empty() ? "default" : printable(setting.place)) + "\n";
  }
  return text;
}

// Other commands would say it, too, but not where that name comes from.
void check_storage(const Settings& settings, const Setting& storage) {
  try {
    close(find_plugin(kStoragePlugins, storage.value, plugin_search(settings)).fd);
  } catch (const Error& error) {
    if (error.kind != ErrorKind::PluginMissing || is_own_storage(storage.value)) return;
    throw Error(
        ErrorKind::Usage,
        storage.place + ": there is no storage '" + storage.value + "', and no plugin of that name",
        "it is sqlite, file or postgres");
  }
}

}  // namespace

int run(const ConfigCommand& command, const CommandContext& session) {
  const std::vector<NamedSetting> all = settings_in_force(session.settings);
  print(command.prints_json ? render_json(all) : render_text(all));
  for (const auto& [name, setting] : all)
    if (name == "storage") check_storage(session.settings, setting);
  return kDone;
}

}  // namespace relayburn
