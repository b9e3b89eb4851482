#pragma once
// The door of a storage plugin: one C symbol that answers with one plain descriptor. The host
// checks the descriptor, in the order of its fields, before it touches any C++ type of the plugin.

#include <cstdint>

#include "core/storage/storage_adapter.h"

namespace relayburn {

inline constexpr uint64_t kPluginMagic = 0x6e727562796c6572;  // "relyburn" in little-endian bytes
// Raised by one with every change of storage_adapter.h or of a type that it names.
inline constexpr uint32_t kStorageAbi = 3;

#define RELAYBURN_TEXT2(x) #x
#define RELAYBURN_TEXT(x) RELAYBURN_TEXT2(x)
#ifdef _GLIBCXX_DEBUG
#define RELAYBURN_STDLIB_DEBUG "1"
#else
#define RELAYBURN_STDLIB_DEBUG "0"
#endif
// Two builds whose stamps are equal agree on the layout of C++ types.
inline constexpr const char* kBuildStamp =
    "relayburn " RELAYBURN_VERSION "; g++ " RELAYBURN_TEXT(__GNUC__) "; c++ " RELAYBURN_TEXT(
        __cplusplus) "; cxx11abi " RELAYBURN_TEXT(_GLIBCXX_USE_CXX11_ABI) "; debug " RELAYBURN_STDLIB_DEBUG;

struct StoragePlugin {
  uint64_t magic;           // kPluginMagic; this field and the next never move
  uint32_t abi;             // kStorageAbi
  const char* build_stamp;  // kBuildStamp
  const char* name;         // "sqlite"
  // A new adapter, owned by the caller, or a thrown Error. The context outlives it.
  StorageAdapter* (*open)(const OpenContext& context);
};

inline constexpr const char* kStoragePluginSymbol = "relayburn_storage_plugin";

}  // namespace relayburn

// Written once in each plugin.
#define RELAYBURN_STORAGE_PLUGIN(plugin_name, open_function)                           \
  extern "C" __attribute__((visibility("default"))) const ::relayburn::StoragePlugin*  \
  relayburn_storage_plugin() {                                                         \
    static const ::relayburn::StoragePlugin plugin{                                    \
        ::relayburn::kPluginMagic, ::relayburn::kStorageAbi, ::relayburn::kBuildStamp, \
        plugin_name, open_function};                                                   \
    return &plugin;                                                                    \
  }
