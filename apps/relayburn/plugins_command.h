#pragma once
// The plugins that this installation may have, and whether each can be used.

#include <string>
#include <vector>

#include "core/base/json_writer.h"
#include "core/config/settings.h"

namespace relayburn {

struct PluginState {
  std::string name;
  std::string file;     // empty where there is none
  std::string problem;  // empty where it can be used
};

std::vector<PluginState> plugin_states(const Settings& settings);
// An array of objects.
void write_plugins(JsonWriter& json, const std::vector<PluginState>& plugins);

}  // namespace relayburn
