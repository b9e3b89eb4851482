#include "core/storage/plugin_abi.h"
#include "plugins/postgres/pg_ledger.h"

namespace {

relayburn::StorageAdapter* open_postgres(const relayburn::OpenContext& context) {
  return new relayburn::PgLedger(context);
}

}  // namespace

RELAYBURN_STORAGE_PLUGIN("postgres", open_postgres)
