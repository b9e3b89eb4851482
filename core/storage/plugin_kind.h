#pragma once

#include <cstdint>
#include <string_view>

namespace relayburn {

// Tells storage plugins from rows plugins; plugin_abi.h has both.
struct PluginKind {
  std::string_view noun;  // "storage"
  const char* symbol;     // the one that it exports
  uint32_t abi;
};

}  // namespace relayburn
