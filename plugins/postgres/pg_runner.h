#pragma once
// The SQL that core makes (core/sql), run by PostgreSQL.

#include "core/sql/turn_sql.h"
#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

Dialect pg_dialect(const PgSchema& schema);
PgStatement pg_statement(const SqlQuery& query);
void give_rows(const PgResult& result, const RowSink& sink);
// Memory does not grow with the result.
void run_sql(PgConnection& connection, const SqlQuery& query, const RowSink& sink);

}  // namespace relayburn
