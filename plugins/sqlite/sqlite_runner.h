#pragma once
// The SQL that core makes (core/sql), run by SQLite.

#include "core/sql/turn_sql.h"
#include "plugins/sqlite/sqlite_handle.h"

namespace relayburn {

const Dialect& sqlite_dialect();

// The database outlives it.
SqlRunner sqlite_runner(SqliteDatabase& database);

}  // namespace relayburn
