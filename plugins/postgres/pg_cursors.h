#pragma once

#include <vector>

#include "core/records/batch.h"
#include "plugins/postgres/pg_connection.h"

namespace relayburn {

// The answer to a query that cursors_of_host_sql() made.
std::vector<Cursor> read_cursors(const PgResult& rows);

}  // namespace relayburn
