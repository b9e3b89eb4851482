#include "plugins/postgres/pg_summary.h"

#include "core/sql/usage_summary.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_runner.h"

namespace relayburn {

namespace {

// False where another host was faster.
bool try_refresh(PgConnection& connection, const PgSchema& schema) {
  std::vector<PgStatement> begin = {// It must not remove marks of turns that it has not seen.
                                    {"BEGIN ISOLATION LEVEL REPEATABLE READ", {}},
                                    {"SET LOCAL jit = off", {}},
                                    {"SET LOCAL idle_in_transaction_session_timeout = '30s'", {}},
                                    schema.version_query()};
  // It takes no round trip of its own.
  const auto begin_with = [&](const SqlQuery& query, const RowSink& sink) {
    const size_t version = begin.size() - 1;
    begin.push_back(pg_statement(query));
    const std::vector<PgResult> results = connection.run_all(begin);
    begin.clear();
    schema.require_current(results[version]);
    give_rows(results.back(), sink);
  };
  std::vector<PgStatement> changes;
  try {
    refresh_summary(
        pg_dialect(schema),
        [&](const SqlQuery& query, const RowSink& sink) {
          begin.empty() ? run_sql(connection, query, sink) : begin_with(query, sink);
        },
        [&](const SqlQuery& query) { changes.push_back(pg_statement(query)); }, {});
    changes.push_back({"COMMIT", {}});
    connection.run_all(changes);
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
