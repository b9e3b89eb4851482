#include "plugins/postgres/pg_append_sql.h"

#include <iterator>

#include "core/sql/cursor_columns.h"

namespace relayburn {
namespace {

// Names of ours hold no quotes, but some are words of SQL.
std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

std::string table(const KindDescription& kind, const std::string& prefix) {
  return prefix + quoted(kind.name);
}

// The columns after the id in the order of write_sql's parameters, each by `form`.
template <class Form>
std::string column_list(const KindDescription& kind, Form form) {
  std::string list = form("revision") + ", " + form("tie");
  for (size_t i = 2; i < kind.columns.size(); ++i)
    list += ", " + form(quoted(kind.columns[i].name));
  return list;
}

// Rows made of the arrays $<first> to $<last>, whose types are sent with them; they are of one
// length. In FROM each array would be kept as a table of its own first.
std::string rows_of(size_t first, size_t last) {
  std::string list;
  for (size_t i = first; i <= last; ++i)
    list += (i == first ? "" : ", ") + ("pg_catalog.unnest($" + std::to_string(i) + ")");
  return list;
}

}  // namespace

// With OFFSET each is looked up by itself; else the whole table is gone through for a batch, as
// long as the server takes it for small.
std::string present_sql(const KindDescription& kind, const std::string& prefix) {
  return std::string("SELECT u.place, t.revision, t.tie") +
         (kind.time == kNoColumn ? "" : ", t.ts") +
         " FROM pg_catalog.unnest($1) WITH ORDINALITY AS u (id, place) CROSS JOIN LATERAL "
         "(SELECT * FROM " +
         table(kind, prefix) + " WHERE id = u.id OFFSET 0) AS t";
}

namespace {

// "written": a row for each that was inserted or updated.
std::string written_rows(const KindDescription& kind, const std::string& prefix) {
  const auto same = [](const std::string& name) { return name; };
  const auto assigned = [](const std::string& name) { return name + " = excluded." + name; };
  // The earlier time wins: the sides are swapped.
  const bool has_time = kind.time != kNoColumn;
  const std::string ours = has_time ? ", coalesce(t.ts, 'infinity')" : "";
  const std::string theirs = has_time ? ", coalesce(excluded.ts, 'infinity')" : "";
  return "WITH written AS (INSERT INTO " + table(kind, prefix) + " AS t (id, " +
         column_list(kind, same) + ") SELECT " + rows_of(1, kind.columns.size() + 1) +
         " ON CONFLICT (id) DO UPDATE SET " + column_list(kind, assigned) +
         ", is_repaired = true WHERE (excluded.revision" + ours + ", excluded.tie) > (t.revision" +
         theirs + ", t.tie) RETURNING t.is_repaired)";
}

constexpr const char* kCountedRows =
    "SELECT pg_catalog.count(*) - pg_catalog.count(is_repaired) AS inserted, "
    "pg_catalog.count(is_repaired) AS updated FROM written";

// `counts` selects run, kind, inserted, updated, duplicate.
std::string add_to_counts(const std::string& prefix, const std::string& counts) {
  return "INSERT INTO " + prefix +
         "run_count AS c (run_id, kind, inserted, updated, duplicate, last_inserted, last_updated, "
         "last_duplicate) SELECT run, kind, i, u, d, i, u, d FROM (" +
         counts +
         ") AS counts (run, kind, i, u, d) ON CONFLICT (run_id, kind) DO UPDATE SET inserted = "
         "c.inserted + excluded.inserted, updated = c.updated + excluded.updated, duplicate = "
         "c.duplicate + excluded.duplicate, last_inserted = excluded.last_inserted, last_updated = "
         "excluded.last_updated, last_duplicate = excluded.last_duplicate";
}

}  // namespace

std::string write_sql(const KindDescription& kind, const std::string& prefix) {
  return written_rows(kind, prefix) + " " + kCountedRows;
}

std::string write_and_count_sql(const KindDescription& kind, const std::string& prefix) {
  const size_t columns = kind.columns.size() + 1;
  const auto parameter = [&](size_t i) { return "$" + std::to_string(columns + i); };
  return written_rows(kind, prefix) + ", tally AS (" + kCountedRows + "), counted AS (" +
         add_to_counts(prefix, "SELECT " + parameter(1) + ", " + parameter(2) +
                                   ", inserted, updated, " + parameter(3) +
                                   " - inserted - updated FROM tally") +
         ") SELECT inserted, updated FROM tally";
}

std::string cursors_sql(const std::string& prefix) {
  std::string columns;
  std::string assignments;
  for (const CursorColumn& column : kCursorColumns) {
    const std::string name = column.name;
    columns += name + ", ";
    assignments += name + " = excluded." + name + ", ";
  }
  return "INSERT INTO " + prefix + "log_cursor (host_id, source, path, " + columns +
         "state) SELECT $1, " + rows_of(2, 4 + std::size(kCursorColumns)) +
         " ON CONFLICT (host_id, source, pg_catalog.sha256(path)) DO UPDATE SET " + assignments +
         "state = excluded.state";
}

std::string last_batch_sql(const std::string& prefix) {
  return "SELECT last_batch FROM " + prefix + "run WHERE run_id = $1 FOR UPDATE";
}

std::string claim_batch_sql(const std::string& prefix) {
  return "INSERT INTO " + prefix +
         "run AS r (run_id, host_id, last_batch, rejected, unknown) VALUES ($1, $2, $3, $4, $5) "
         "ON CONFLICT (run_id) DO UPDATE SET last_batch = excluded.last_batch, rejected = "
         "r.rejected + excluded.rejected, unknown = r.unknown + excluded.unknown WHERE "
         "r.last_batch < excluded.last_batch RETURNING 1";
}

std::string add_counts_sql(const std::string& prefix) {
  return add_to_counts(prefix, "SELECT $1, " + rows_of(2, 5));
}

std::string clear_last_counts_sql(const std::string& prefix) {
  return "UPDATE " + prefix +
         "run_count SET last_inserted = 0, last_updated = 0, last_duplicate = 0 WHERE run_id = $1 "
         "AND kind = ANY($2)";
}

std::string last_counts_sql(const std::string& prefix) {
  return "SELECT kind, last_inserted, last_updated, last_duplicate FROM " + prefix +
         "run_count WHERE run_id = $1";
}

}  // namespace relayburn
