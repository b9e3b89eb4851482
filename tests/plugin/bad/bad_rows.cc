#include "core/storage/plugin_abi.h"

extern "C" __attribute__((visibility("default"))) const relayburn::RowsPlugin*
relayburn_rows_plugin() {
  static const relayburn::RowsPlugin plugin{
      {relayburn::kPluginMagic, relayburn::kRowsAbi + 1, nullptr, nullptr}, nullptr};
  return &plugin;
}
