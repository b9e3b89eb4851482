#pragma once

#include <cstdint>
#include <string_view>

namespace relayburn {

// What plugins of one kind have in common (plugin_abi.h names the kinds).
struct PluginKind {
  std::string_view noun;  // "storage"
  const char* symbol;     // the one that it exports
  uint32_t abi;
};

}  // namespace relayburn
