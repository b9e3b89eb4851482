#pragma once
// Where the shared object of a plugin is looked for, and whether it may be trusted. No dlopen here.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/plugin_kind.h"

namespace relayburn {

// Exactly one source is used, the first that is set.
struct PluginSearch {
  std::optional<std::string> flag_dir;    // --plugin-dir
  std::optional<std::string> path;        // RELAYBURN_PLUGIN_PATH: absolute folders joined with ':'
  std::optional<std::string> config_dir;  // plugin_dir of config.toml
  std::string executable;                 // what /proc/self/exe points to
  std::string installed_dir;              // compiled in

  // With the process's own executable and the compiled-in folder.
  static PluginSearch of_process();
};

// A place that was looked at and what was found there ("no such file", "does not exist", "unset").
struct SearchedPlace {
  std::string place;
  std::string outcome;
};

struct FoundPlugin {
  std::string file;  // canonical absolute path
  int fd = -1;       // open on the file that was checked; owned by the caller
};

// relayburn_<kind>_<name>.so
std::string plugin_file_name(const PluginKind& kind, std::string_view name);

// The folders in which plugins are looked for, with why each is or is not one.
std::vector<std::string> plugin_directories(const PluginSearch& search);

// Finds and checks the plugin; does not load it. Throws Error: Usage for a name that is not
// [a-z][a-z0-9_]* or a search path that is not absolute or has an empty entry; PluginMissing with
// every place looked at; PluginIncompatible where the file or its folder could have been written by
// somebody else.
FoundPlugin find_plugin(const PluginKind& kind, std::string_view name, const PluginSearch& search);

}  // namespace relayburn
