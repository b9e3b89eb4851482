#include "plugins/postgres/pg_summary.h"

#include "core/sql/usage_summary.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_runner.h"

namespace relayburn {

namespace {

// False where another host was faster.
bool try_refresh(SummaryScope scope, PgConnection& connection, const PgSchema& schema) {
  bool has_begun = false;
  // The transaction begins in the round trip of the first question.
  const auto begin_with = [&](const SqlQuery& query, const RowSink& sink) {
    const PgStatement statements[] = {{"SET LOCAL jit = off", {}},
                                      {"SET LOCAL idle_in_transaction_session_timeout = '30s'", {}},
                                      schema.version_query(),
                                      pg_statement(query)};
    // It must not remove marks of turns that it has not seen.
    const std::vector<PgResult> results = connection.begin(Transaction::Repeatable, statements);
    has_begun = true;
    schema.require_current(results[2]);
    give_rows(results[3], sink);
  };
  const auto ask = [&](const SqlQuery& query, const RowSink& sink) {
    if (!has_begun) return begin_with(query, sink);
    run_sql(connection, query, sink);
  };
  std::vector<PgStatement> changes;
  const auto change = [&](const SqlQuery& query) { changes.push_back(pg_statement(query)); };
  try {
    refresh_summary(scope, pg_dialect(schema), ask, change, {});
    changes.push_back({"COMMIT", {}});
    connection.run_all(changes);
    return true;
  } catch (const PgError& error) {
    // A unique violation: the other one inserted the same rows first.
    if (error.sqlstate != kSerializationFailure && error.sqlstate != kDeadlockDetected &&
        error.sqlstate != kUniqueViolation)
      throw;
    connection.run({"ROLLBACK", {}});
    return false;
  }
}

}  // namespace

void refresh_summary(SummaryScope scope, PgConnection& connection, const PgSchema& schema) {
  // The other one may have begun before what we wrote was there.
  constexpr int kAttempts = 5;
  for (int attempt = 0; attempt < kAttempts; ++attempt)
    if (try_refresh(scope, connection, schema)) return;
}

}  // namespace relayburn
