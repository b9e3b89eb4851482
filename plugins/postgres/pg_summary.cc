#include "plugins/postgres/pg_summary.h"

#include "core/sql/usage_summary.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_runner.h"

namespace relayburn {

namespace {

// False where another host was faster.
bool try_refresh(PgConnection& connection, const PgSchema& schema) {
  const PgStatement begin[] = {// It must not remove marks of turns that it has not seen.
                               {"BEGIN ISOLATION LEVEL REPEATABLE READ", {}},
                               {"SET LOCAL jit = off", {}},
                               {"SET LOCAL idle_in_transaction_session_timeout = '30s'", {}},
                               schema.version_query()};
  schema.require_current(connection.run_all(begin).back());
  try {
    const SqlRunner run = [&](const SqlQuery& query, const RowSink& sink) {
      run_sql(connection, query, sink);
    };
    refresh_summary(pg_dialect(schema), run, {});
    connection.run({"COMMIT", {}});
    return true;
  } catch (const PgError& error) {
    if (error.sqlstate != kSerializationFailure && error.sqlstate != kDeadlockDetected) throw;
    connection.run({"ROLLBACK", {}});
    return false;
  }
}

}  // namespace

void refresh_summary(PgConnection& connection, const PgSchema& schema) {
  // The other one may have begun before what we wrote was there.
  constexpr int kAttempts = 5;
  for (int attempt = 0; attempt < kAttempts; ++attempt)
    if (try_refresh(connection, schema)) return;
}

}  // namespace relayburn
