#include "apps/relayburn/plugins_command.h"

#include <unistd.h>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/terminal_text.h"
#include "core/ledger/ledger.h"

namespace relayburn {
namespace {

struct KnownPlugin {
  const PluginKind& kind;
  const char* name;
  const char* shown_as;
};
constexpr KnownPlugin kKnownPlugins[] = {{kStoragePlugins, "sqlite", "sqlite"},
                                         {kStoragePlugins, "file", "file"},
                                         {kStoragePlugins, "postgres", "postgres"},
                                         {kRowsPlugins, "sqlite", "rows_sqlite"}};

PluginState plugin_state(const KnownPlugin& known, const PluginSearch& search) {
  PluginState state{known.shown_as, {}, {}};
  try {
    const FoundPlugin found = find_plugin(known.kind, known.name, search);
    close(found.fd);
    state.file = found.file;
    load_plugin(known.kind, known.name, search);
  } catch (const Error& error) {
    state.problem = error.what();
  }
  return state;
}

}  // namespace

std::vector<PluginState> plugin_states(const Settings& settings) {
  const PluginSearch search = plugin_search(settings);
  std::vector<PluginState> states;
  for (const KnownPlugin& known : kKnownPlugins) states.push_back(plugin_state(known, search));
  return states;
}

void write_plugins(JsonWriter& json, const std::vector<PluginState>& plugins) {
  json.begin_array();
  for (const PluginState& plugin : plugins) {
    const bool is_usable = plugin.problem.empty();
    json.begin_object().key("name").string(plugin.name).key("usable").boolean(is_usable);
    if (!plugin.file.empty()) json.key("file").string(plugin.file);
    if (!is_usable) json.key("problem").string(plugin.problem);
    json.end_object();
  }
  json.end_array();
}

int run(const PluginsCommand& command, const CommandContext& session) {
  const std::vector<PluginState> plugins = plugin_states(session.settings);
  std::string text;
  if (command.prints_json) {
    JsonWriter json(text);
    json.begin_object().key("schemaVersion").integer(1).key("plugins");
    write_plugins(json, plugins);
    json.end_object();
    text += "\n";
  } else {
    for (const PluginState& plugin : plugins)
      text += plugin.name + ": " +
              (plugin.problem.empty() ? "usable, " + printable(plugin.file)
                                      : printable(plugin.problem)) +
              "\n";
  }
  print(text);
  return kDone;
}

}  // namespace relayburn
