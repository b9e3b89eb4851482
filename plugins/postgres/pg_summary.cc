#include "plugins/postgres/pg_summary.h"

#include "core/sql/usage_summary.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_runner.h"

namespace relayburn {

namespace {

// Lets an index be used wherever there is one, unless turns are many. Of a ledger of which most is
// forgotten, or copies, statistics say that an index finds everything.
std::string choose_plans(const std::string& are_many) {
  const auto set = [](const char* name, const char* where_many, const char* where_few) {
    return std::string("pg_catalog.set_config('") + name + "', CASE WHEN m.are_many THEN '" +
           where_many + "' ELSE '" + where_few + "' END, true)";
  };
  return "SELECT m.are_many, " + set("enable_nestloop", "off", "on") + ", " +
         set("enable_seqscan", "on", "off") + " FROM (SELECT " + are_many +
         " AS are_many OFFSET 0) AS m";
}

// False where another host was faster.
bool try_refresh(SummaryScope scope, PgConnection& connection, const PgSchema& schema) {
  bool has_begun = false;
  // The transaction begins in the round trip of the first question.
  const auto begin_with = [&](const SqlQuery& query, const RowSink& sink) {
    const PgStatement statements[] = {{"SET LOCAL jit = off", {}},
                                      {"SET LOCAL enable_seqscan = off", {}},
                                      {"SET LOCAL idle_in_transaction_session_timeout = '30s'", {}},
                                      schema.version_query(),
                                      pg_statement(query)};
    // It must not remove marks of turns that it has not seen.
    const std::vector<PgResult> results = connection.begin(Transaction::Repeatable, statements);
    has_begun = true;
    schema.require_current(results[3]);
    give_rows(results[4], sink);
  };
  const auto ask = [&](const SqlQuery& query, const RowSink& sink) {
    if (!has_begun) return begin_with(query, sink);
    run_sql(connection, query, sink);
  };
  std::vector<PgStatement> changes;
  const auto change = [&](const SqlQuery& query) { changes.push_back(pg_statement(query)); };
  try {
    Dialect dialect = pg_dialect(schema);
    dialect.choose_plans = choose_plans;
    refresh_summary(scope, dialect, ask, change, {});
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
