#pragma once

#include <vector>

#include "core/records/batch.h"
#include "plugins/sqlite/sqlite_handle.h"

namespace relayburn {

// Adds the rows of a query that cursors_of_host_sql() made.
void read_cursors(SqliteStatement& rows, std::vector<Cursor>& cursors);

}  // namespace relayburn
