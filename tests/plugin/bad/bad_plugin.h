#pragma once
// What a plugin looks like whose descriptor is written by hand. All of them are asked for as "bad".

#include "core/storage/plugin_abi.h"

namespace relayburn {
inline StorageAdapter* open_nothing(const OpenContext&) { return nullptr; }
}  // namespace relayburn

#define BAD_PLUGIN(magic, abi, stamp, name, open)                                   \
  extern "C" __attribute__((visibility("default"))) const relayburn::StoragePlugin* \
  relayburn_storage_plugin() {                                                      \
    static const relayburn::StoragePlugin plugin{{magic, abi, stamp, name}, open};  \
    return &plugin;                                                                 \
  }
