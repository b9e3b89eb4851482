#include "core/sql/turn_changes.h"

#include <algorithm>

#include "core/records/forgotten.h"

namespace relayburn {
namespace {

// A copy that is written changes which of the others is canonical, in whatever quarter they are.
// Whoever wrote it could not see those that others had not committed yet, so this is asked later.
void add_copies(TurnChanges& changes, const Dialect& dialect, const SqlRunner& run) {
  const auto add_copies_of = [&](const TurnRows& rows) {
    SqlQuery sql;
    // Those of turns that have not changed do no harm.
    if (rows.are_many) {
      sql.text = "SELECT DISTINCT ts FROM " + table_of(Kind::Turn, dialect) +
                 " WHERE call_key IN " + copied_calls(dialect) + " AND revision <> " +
                 placeholder(sql.parameters, kForgottenRevision);
      return run(sql, [&](Row row) { changes.add(row[0]); });
    }
    sql.text = "SELECT DISTINCT o.ts" + from_rows(rows, dialect, sql.parameters) + " JOIN " +
               table_of(Kind::Turn, dialect) + " AS o ON o.call_key = t.call_key AND o." +
               dialect.row_identity + " <> t." + dialect.row_identity;
    // Forgotten turns share a call that is none.
    sql.text += " WHERE t.revision <> " + placeholder(sql.parameters, kForgottenRevision);
    if (rows.of == TurnRows::Of::TurnsWithoutTime) sql.text += " AND t.ts IS NULL";
    run(sql, [&](Row row) { changes.add(row[0]); });
  };
  if (changes.without_time) add_copies_of({TurnRows::Of::TurnsWithoutTime});
  if (changes.quarters.empty()) return;
  const TurnRows rows = turns_in(changes.quarters, dialect, run);
  changes.are_many = rows.are_many;
  add_copies_of(rows);
}

}  // namespace

TurnChanges turn_changes(const Dialect& dialect, const SqlRunner& run) {
  TurnChanges changes;
  run({"SELECT DISTINCT ts FROM " + change_table(dialect), {}},
      [&](Row row) { changes.add(row[0]); });
  add_copies(changes, dialect, run);
  return changes;
}

TurnRows changed_turns(const TurnChanges& changes, const Dialect& dialect, const SqlRunner& run) {
  return changes.are_many ? many_turns_in(changes.quarters)
                          : turns_in(changes.quarters, dialect, run);
}

std::vector<std::optional<Instant>> changed_quarters(std::vector<std::optional<Instant>> times) {
  for (auto& time : times)
    if (time) time = start_of_quarter(*time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace relayburn
