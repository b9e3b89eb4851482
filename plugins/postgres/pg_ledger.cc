#include "plugins/postgres/pg_ledger.h"

#include <thread>

#include "core/sql/cursor_columns.h"
#include "core/storage/empty_snapshot.h"
#include "plugins/postgres/pg_append.h"
#include "plugins/postgres/pg_cursors.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_prune.h"
#include "plugins/postgres/pg_retry.h"
#include "plugins/postgres/pg_snapshot.h"
#include "plugins/postgres/pg_statistics.h"
#include "plugins/postgres/pg_summary.h"

namespace relayburn {
namespace {

[[noreturn]] void throw_refusal(const PgError& error) {
  throw Error(ErrorKind::Unavailable, error.what(),
              "nothing is lost: run again when the database takes what it refused");
}

}  // namespace

PgLedger::PgLedger(const OpenContext& context)
    : log_(*context.log),
      target_(context),
      schema_(target_, context.schema),
      pool_(target_, context.pool_size, log_),
      locks_(pool_, schema_) {}

StoreInfo PgLedger::info() { return schema_.info(*pool_.lease()); }

MigrationResult PgLedger::migrate() {
  const PgLease lease = pool_.lease();
  const PgPatience patience(*lease, PgPatience::kEndless);
  return schema_.migrate(*lease);
}

Tallies PgLedger::append(const Batch& batch) {
  PgRetry retry;
  RefusedRows refused;
  while (true) {
    try {
      return PgAppend(*pool_.lease(), schema_, batch, refused).run();
    } catch (const PgError& error) {
      if (error.sqlstate == kUndefinedTable) schema_.require_exists(*pool_.lease());
      if (error.is_refusal()) {
        // A batch without a run stops here too, because what is left out must be counted.
        if (refused.count() > 0 || batch.run.run_id.empty()) throw_refusal(error);
        refused = find_refused(*pool_.lease(), batch, log_);
        if (refused.count() == 0) throw_refusal(error);
        continue;
      }
      if (!error.is_transient()) throw;
      const auto pause = retry.next_pause(PgRetry::Clock::now());
      if (pause.count() == 0) throw;
      log_.write(LogLevel::Debug, std::string("trying again: ") + error.what());
      std::this_thread::sleep_for(pause);
    }
  }
}

std::unique_ptr<Snapshot> PgLedger::snapshot() {
  std::unique_ptr<Snapshot> snapshot = PgSnapshot::open(pool_.lease_to_hold(), schema_);
  if (!snapshot) snapshot = std::make_unique<EmptySnapshot>();
  return snapshot;
}

std::vector<Cursor> PgLedger::cursors(std::string_view host_id) {
  const PgStatement statements[] = {schema_.version_query(),
                                    {cursors_of_host_sql(schema_.prefix()), {pg_text(host_id)}}};
  try {
    const std::vector<PgResult> results = pool_.lease()->read_all(statements);
    schema_.require_current(results[0]);
    return read_cursors(results[1]);
  } catch (const PgError& error) {
    if (error.sqlstate == kUndefinedTable) return {};
    schema_.reject_foreign_schema(error);
    throw;
  }
}

void PgLedger::with_lock(std::string_view name, const std::function<void()>& fn) {
  locks_.with_lock(name, fn);
}

int64_t PgLedger::prune_content(const ContentPrune& prune) {
  try {
    const int64_t removed = [&] {
      const PgLease lease = pool_.lease();
      const PgPatience patience(*lease, PgPatience::kLong);
      return relayburn::prune_content(*lease, schema_, prune);
    }();
    if (removed > 0 && !prune.dry_run) take_statistics_again();
    return removed;
  } catch (const PgError& error) {
    if (error.sqlstate == kUndefinedTable) schema_.require_exists(*pool_.lease());
    throw;
  }
}

void PgLedger::vacuum_superseded() { take_statistics_again(); }

// Warns of a failure: the deletion that came before it stands.
void PgLedger::take_statistics_again() {
  try {
    const PgLease lease = pool_.lease();
    const PgPatience patience(*lease, PgPatience::kLong);
    take_statistics(*lease, schema_);
  } catch (const Error& error) {
    log_.write(LogLevel::Warning,
               std::string("statistics show texts until the next ANALYZE: ") + error.what());
  }
}

void PgLedger::refresh(SummaryScope scope) {
  const PgLease lease = pool_.lease();
  const PgPatience patience(*lease, PgPatience::kLong);
  refresh_summary(scope, *lease, schema_);
}

}  // namespace relayburn
