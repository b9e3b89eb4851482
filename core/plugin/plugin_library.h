#pragma once
// A loaded plugin: dlopen, then the handshake of plugin_abi.h. It is never unloaded, because
// exceptions and vtables of the plugin live in it.

#include <memory>
#include <string>
#include <string_view>

#include "core/plugin/plugin_finder.h"
#include "core/storage/plugin_abi.h"

namespace relayburn {

// A file that was found, loaded, and whose descriptor begins as it should.
struct LoadedPlugin {
  std::string file;
  const PluginHead* head;
};

// Throws Error: what find_plugin throws; PluginIncompatible where the file does not load (the
// missing library is named, with the Debian package that has it where we know it) or the handshake
// fails.
LoadedPlugin load_plugin(const PluginKind& kind, std::string_view name, const PluginSearch& search);

class PluginLibrary {
 public:
  static PluginLibrary load(std::string_view name, const PluginSearch& search);

  // An adapter of this plugin. Whatever the plugin throws that is no Error becomes Error{Internal}.
  std::unique_ptr<StorageAdapter> open(const OpenContext& context) const;

  const std::string& file() const { return file_; }

 private:
  PluginLibrary(std::string file, const StoragePlugin* plugin)
      : file_(std::move(file)), plugin_(plugin) {}

  std::string file_;
  const StoragePlugin* plugin_;
};

class RowsLibrary {
 public:
  static RowsLibrary load(std::string_view name, const PluginSearch& search);

  std::unique_ptr<RowsFile> open(const std::string& path) const;

 private:
  RowsLibrary(std::string file, const RowsPlugin* plugin)
      : file_(std::move(file)), plugin_(plugin) {}

  std::string file_;
  const RowsPlugin* plugin_;
};

}  // namespace relayburn
