#pragma once
// The planner's statistics, in which texts of rows stay until they are taken again.

#include <string>

#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

// Takes statistics again of all tables that hold records or are derived from them. Leaves out, as
// PostgreSQL does, those that this role does not own.
void take_statistics(PgConnection& connection, const PgSchema& schema);

}  // namespace relayburn
