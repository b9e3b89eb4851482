// The commands that show or move a ledger as a whole: export, migrate, plugins.

#include <unistd.h>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/report/export.h"
#include "core/storage/ledger.h"

namespace relayburn {
namespace {

struct PluginState {
  std::string name;
  std::string file;     // empty where there is none
  std::string problem;  // empty where it can be used
};

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

int run(const ExportCommand& command, const Session& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  if (command.is_digest) {
    print(export_digest(*snapshot, command.with_content) + "\n");
  } else {
    export_records(*snapshot, command.with_content, [](std::string_view lines) { print(lines); });
  }
  return kDone;
}

int run(const MigrateCommand& command, const Session& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  const StoreInfo info = ledger.info();
  if (command.only_checks) {
    const bool is_current = info.schema == SchemaState::Current;
    print((is_current ? "current: schema version " : "behind: schema version ") +
          std::to_string(info.schema_version) + " of " + std::to_string(info.newest_version) +
          ", " + printable(info.location) + "\n");
    return is_current ? kDone : kFailed;
  }
  const MigrationResult result = ledger.migrate();
  if (session.settings.is_quiet()) return kDone;
  if (!result.backup.empty()) print("copied the store to " + printable(result.backup) + " first\n");
  if (result.from_version == result.to_version) {
    print("schema version " + std::to_string(result.to_version) + " is current\n");
  } else {
    print("schema version " + std::to_string(result.from_version) + " → " +
          std::to_string(result.to_version) + "\n");
  }
  return kDone;
}

int run(const PluginsCommand& command, const Session& session) {
  const PluginSearch search = plugin_search(session.settings);
  std::string text;
  std::string json_text;
  JsonWriter json(json_text);
  json.begin_object().key("schemaVersion").integer(1).key("plugins").begin_array();
  for (const KnownPlugin& known : kKnownPlugins) {
    const PluginState state = plugin_state(known, search);
    const bool is_usable = state.problem.empty();
    json.begin_object().key("name").string(state.name).key("usable").boolean(is_usable);
    if (!state.file.empty()) json.key("file").string(state.file);
    if (!is_usable) json.key("problem").string(state.problem);
    json.end_object();
    text += state.name + ": " +
            (is_usable ? "usable, " + printable(state.file) : printable(state.problem)) + "\n";
  }
  json.end_array().end_object();
  print(command.prints_json ? json_text + "\n" : text);
  return kDone;
}

}  // namespace relayburn
