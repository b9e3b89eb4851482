#include "core/sql/turn_changes.h"

#include <algorithm>

namespace relayburn {
namespace {

// A copy that is written changes which of the others is canonical, in whatever quarter they are.
// Whoever wrote it could not see those that others had not committed yet, so this is asked later.
void add_copies(TurnChanges& changes, const Dialect& dialect, const SqlRunner& run) {
  const auto add_copies_of = [&](const TurnRows& rows) {
    SqlQuery sql;
    // Copies of turns that have not changed do no harm. Tombstones share a call that is none.
    sql.text = rows.are_many
                   ? "SELECT DISTINCT ts FROM " + table_of(Kind::Turn, dialect) +
                         " WHERE is_void IS NULL AND call_key IN " + duplicated_calls(dialect)
                   : std::string("SELECT DISTINCT ") + dialect.quarter_hour +
                         copies_of_rows(rows, dialect, sql.parameters);
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
