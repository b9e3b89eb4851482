#pragma once
// The door of a plugin: one C symbol that answers with one plain descriptor. The host checks the
// descriptor, in the order of its fields, before it touches any C++ type of the plugin. There are
// two kinds: storage plugins keep a ledger, rows plugins read the databases that agents keep.

#include <cstdint>

#include "core/storage/plugin_kind.h"
#include "core/storage/rows_file.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

inline constexpr uint64_t kPluginMagic = 0x6e727562796c6572;  // "relyburn" in little-endian bytes
// Raised by one with every change of storage_adapter.h or of a type that it names.
inline constexpr uint32_t kStorageAbi = 9;
// The same of rows_file.h.
inline constexpr uint32_t kRowsAbi = 2;

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

// What every kind of descriptor begins with.
struct PluginHead {
  uint64_t magic;           // kPluginMagic; this field and the next never move
  uint32_t abi;             // kStorageAbi, kRowsAbi
  const char* build_stamp;  // kBuildStamp
  const char* name;         // "sqlite"
};

struct StoragePlugin {
  PluginHead head;
  // A new adapter, owned by the caller, or a thrown Error. The context outlives it.
  StorageAdapter* (*open)(const OpenContext& context);
};

struct RowsPlugin {
  PluginHead head;
  // What the file holds now, owned by the caller, or a thrown Error.
  RowsFile* (*open)(const char* path);
};

inline constexpr PluginKind kStoragePlugins{"storage", "relayburn_storage_plugin", kStorageAbi};
inline constexpr PluginKind kRowsPlugins{"rows", "relayburn_rows_plugin", kRowsAbi};

}  // namespace relayburn

// One of these is written once in each plugin.
#define RELAYBURN_PLUGIN(descriptor, symbol, abi, plugin_name, open_function)                    \
  extern "C" __attribute__((visibility("default"))) const ::relayburn::descriptor* symbol() {    \
    static const ::relayburn::descriptor plugin{                                                 \
        {::relayburn::kPluginMagic, abi, ::relayburn::kBuildStamp, plugin_name}, open_function}; \
    return &plugin;                                                                              \
  }
#define RELAYBURN_STORAGE_PLUGIN(plugin_name, open_function)                                       \
  RELAYBURN_PLUGIN(StoragePlugin, relayburn_storage_plugin, ::relayburn::kStorageAbi, plugin_name, \
                   open_function)
#define RELAYBURN_ROWS_PLUGIN(plugin_name, open_function)                                 \
  RELAYBURN_PLUGIN(RowsPlugin, relayburn_rows_plugin, ::relayburn::kRowsAbi, plugin_name, \
                   open_function)
