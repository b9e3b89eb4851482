#include "plugins/postgres/pg_prune.h"

namespace relayburn {
namespace {

// Sessions as two arrays, for unnest().
class Sessions {
 public:
  void add(std::string_view source, std::string_view session) {
    sources_.add_bytes(source);
    sessions_.add_bytes(session);
  }
  std::vector<PgParameter> take() { return {sources_.take(), sessions_.take()}; }

 private:
  PgArray sources_{PgType::Text};
  PgArray sessions_{PgType::Text};
};

// Sessions that have content before the cutoff, divided by what `keep` says of them.
struct Division {
  Sessions kept;
  Sessions pruned;
};

Division divide(const PgResult& sessions, const ContentPrune& prune) {
  Division division;
  for (int row = 0; row < sessions.rows(); ++row) {
    const std::string_view source = sessions.bytes(row, 0);
    const std::string_view session = sessions.bytes(row, 1);
    const bool is_kept = prune.keep && prune.keep(source, session);
    (is_kept ? division.kept : division.pruned).add(source, session);
  }
  return division;
}

// A later cutoff, and what it kept, is not taken back by an earlier one.
void store_cutoff(PgConnection& connection, const std::string& prefix, Instant cutoff,
                  Sessions kept) {
  const PgResult later = connection.run(
      {"SELECT 1 FROM " + prefix + "content_cutoff WHERE cutoff > $1", {pg_instant(cutoff)}});
  if (later.rows() > 0) return;
  const PgStatement statements[] = {
      {"DELETE FROM " + prefix + "content_cutoff", {}},
      {"INSERT INTO " + prefix + "content_cutoff VALUES ($1)", {pg_instant(cutoff)}},
      {"DELETE FROM " + prefix + "content_kept", {}},
      {"INSERT INTO " + prefix +
           "content_kept SELECT * FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2))",
       kept.take()}};
  connection.run_all(statements);
}

}  // namespace

int64_t prune_content(PgConnection& connection, const PgSchema& schema, const ContentPrune& prune) {
  const std::string& prefix = schema.prefix();
  // Nobody waits for a prune but another one.
  const PgStatement nothing{"SELECT 1", {}};
  const PgStatement begin[] = {
      schema.version_query(),
      prune.dry_run ? nothing : schema.lock_statement(".prune"),
      {"SELECT DISTINCT coalesce(source, ''), coalesce(session_id, '') FROM " + prefix +
           "content WHERE ts < $1",
       {pg_instant(prune.cutoff)}}};
  const std::vector<PgResult> results = connection.begin(Transaction::ReadCommitted, begin);
  schema.require_current(results[0]);
  Division division = divide(results[2], prune);
  PgStatement old{prune.dry_run ? "SELECT 1 FROM " : "DELETE FROM ", division.pruned.take()};
  old.sql +=
      prefix + "content AS t " + (prune.dry_run ? "JOIN" : "USING") +
      " ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS u (source, session_id) " +
      (prune.dry_run ? "ON" : "WHERE") +
      " t.ts < $3 AND coalesce(t.source, '') = u.source AND coalesce(t.session_id, '') = "
      "u.session_id";
  old.parameters.push_back(pg_instant(prune.cutoff));
  const int64_t removed = connection.run(std::move(old)).affected_rows();
  if (!prune.dry_run) store_cutoff(connection, prefix, prune.cutoff, std::move(division.kept));
  connection.run({prune.dry_run ? "ROLLBACK" : "COMMIT", {}});
  return removed;
}

}  // namespace relayburn
