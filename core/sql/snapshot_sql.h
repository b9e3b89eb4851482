#pragma once
// A Snapshot's questions as SQL, for both dialects. Only placeholders and names of ours are in the
// text; every value is a parameter.

#include <string>
#include <variant>
#include <vector>

#include "core/storage/storage_adapter.h"

namespace relayburn {

struct Dialect {
  std::string table_prefix;   // quoted schema and dot, or nothing
  const char* max_timestamp;  // later than every instant
  const char* earliest_time;  // before every instant
  std::string functions;      // what stands before the name of a function
  const char* false_flag;     // what an absent flag is taken for when it is compared
  const char* quarter_hour;   // expression over t.ts: when its quarter of an hour began
  const char* row_identity;   // column that tells the rows of a table apart, cheap to compare
  std::string turn_count;     // expression: about how many turns there are, known without counting
  const char*
      full_scan_hint;    // behind a table: goes through its rows; empty where it decides itself
  bool has_distinct_on;  // and LATERAL
  // Returns a query whose row begins with the condition. It prepares for what is asked next: many
  // turns are all gone through, of few each is looked up. Statistics must not decide that, because
  // they may be older than most of the turns.
  std::string (*choose_plans)(const std::string& are_many);
  bool aggregates_in_sql;  // else whoever asks sums the rows up, which is faster than SQLite's
                           // sorting
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

// Adds the parameter, and gives what stands for it in the text.
std::string placeholder(std::vector<SqlParameter>& parameters, SqlParameter value);
// Adds " AND " where it is needed.
void append_condition(std::string& conditions, const std::string& condition);
// Of the rows t of a kind; empty where nothing is filtered.
std::string filter_conditions(Kind kind, const ScanFilter& filter,
                              std::vector<SqlParameter>& parameters);

// Columns of the result: those of the kind, in their order.
SqlQuery scan_sql(Kind kind, const ScanFilter& filter, const Dialect& dialect);

// One row of one integer.
std::string count_sql(Kind kind, const Dialect& dialect);

// run_id, host_id, kind, inserted, updated, duplicate; the rows of a run stand together. The kind
// is null for a run that brought nothing.
std::string runs_sql(const Dialect& dialect);

// host_id, lines; ascending by host.
std::string problems_sql(const Dialect& dialect);

}  // namespace relayburn
