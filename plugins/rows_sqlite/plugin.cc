#include "core/storage/plugin_abi.h"
#include "plugins/rows_sqlite/rows_database.h"

namespace {

relayburn::RowsFile* open_rows(const char* path) { return new relayburn::RowsDatabase(path); }

}  // namespace

RELAYBURN_ROWS_PLUGIN("sqlite", open_rows)
