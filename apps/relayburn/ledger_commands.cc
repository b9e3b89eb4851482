// The commands that show or move a ledger as a whole: export, migrate.

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/ledger/export.h"
#include "core/ledger/ledger.h"

namespace relayburn {
namespace {

std::string schema_json(const StoreInfo& info, bool is_current) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("current").boolean(is_current);
  json.key("version").integer(info.schema_version).key("newest").integer(info.newest_version);
  json.key("location").string(info.location).end_object();
  return text + "\n";
}

std::string schema_text(const StoreInfo& info, bool is_current) {
  const bool is_newer = info.schema_version > info.newest_version;
  return (is_current ? "current"
          : is_newer ? "newer"
                     : "behind") +
         std::string(": schema version ") + std::to_string(info.schema_version) + " of " +
         std::to_string(info.newest_version) + ", " + printable(info.location) + "\n";
}

int check_schema(const StoreInfo& info, bool prints_json) {
  const bool is_current =
      info.schema == SchemaState::Current && info.schema_version <= info.newest_version;
  return print_and_return(
      prints_json ? schema_json(info, is_current) : schema_text(info, is_current),
      is_current ? kDone : kFailed);
}

std::string migration_json(const MigrationResult& result) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("from").integer(result.from_version);
  json.key("to").integer(result.to_version).key("backup");
  if (result.backup.empty()) {
    json.null();
  } else {
    json.string(result.backup);
  }
  json.end_object();
  return text + "\n";
}

std::string migration_text(const MigrationResult& result) {
  const std::string to = std::to_string(result.to_version);
  return (result.backup.empty() ? ""
                                : "copied the store to " + printable(result.backup) + " first\n") +
         (result.from_version == result.to_version
              ? "schema version " + to + " is current\n"
              : "schema version " + std::to_string(result.from_version) + " → " + to + "\n");
}

}  // namespace

int run(const ExportCommand& command, const CommandContext& session) {
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

int run(const MigrateCommand& command, const CommandContext& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  if (command.only_checks) return check_schema(ledger.info(), command.prints_json);
  const MigrationResult result = ledger.migrate();
  if (command.prints_json) {
    print(migration_json(result));
  } else if (!session.settings.is_quiet()) {
    print(migration_text(result));
  }
  return kDone;
}

}  // namespace relayburn
