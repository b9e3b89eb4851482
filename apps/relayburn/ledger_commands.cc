// The commands that show or move a ledger as a whole: export, migrate.

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/terminal_text.h"
#include "core/report/export.h"
#include "core/storage/ledger.h"

namespace relayburn {

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

}  // namespace relayburn
