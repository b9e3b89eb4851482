#include "core/storage/plugin_abi.h"
#include "plugins/sqlite/sqlite_ledger.h"

namespace {

relayburn::StorageAdapter* open_sqlite(const relayburn::OpenContext& context) {
  return new relayburn::SqliteLedger(context);
}

}  // namespace

RELAYBURN_STORAGE_PLUGIN("sqlite", open_sqlite)
