#pragma once
// A Snapshot's questions as SQL, for both dialects. Only placeholders and names of ours are in the
// text; every value is a parameter.

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "core/storage/storage_adapter.h"

namespace relayburn {

struct Dialect {
  std::string table_prefix;   // quoted schema and dot, or nothing
  const char* endless_time;   // later than every instant
  const char* earliest_time;  // before every instant
  std::string functions;      // what stands before the name of a function
  const char* false_flag;     // what an absent flag is taken for when it is compared
  const char* quarter_hour;   // expression over t.ts: which quarter of an hour since 1970
};

// A parameter is an instant in microseconds, an integer or a text; the backend binds it as its
// type.
using SqlParameter = std::variant<Instant, int64_t, std::string>;

struct SqlQuery {
  std::string text;  // placeholders $1, $2, …
  std::vector<SqlParameter> parameters;
};

// "prefix.\"turn\"".
std::string table_of(Kind kind, const Dialect& dialect);

// Columns of the result: those of query.group_by, then those of sum_columns().
SqlQuery aggregate_sql(const AggregateQuery& query, const Dialect& dialect);
// Where each sum goes, in the order of the columns.
std::array<int64_t*, 9> sum_columns(GroupSums& sums);

// Columns of the result: those of the kind, in their order.
SqlQuery scan_sql(Kind kind, const ScanFilter& filter, const Dialect& dialect);

// One row of one integer.
std::string count_sql(Kind kind, const Dialect& dialect);

// run_id, host_id, kind, inserted, updated, duplicate; the rows of a run stand together. The kind
// is null for a run that brought nothing.
std::string runs_sql(const Dialect& dialect);

// host_id, lines; ascending by host.
std::string rejected_lines_sql(const Dialect& dialect);

}  // namespace relayburn
