#pragma once
// StorageAdapter's aggregate() as one SELECT, for both SQL dialects. Only placeholders and names of
// ours are in the text; every value is a parameter.

#include <string>
#include <variant>
#include <vector>

#include "core/storage/storage_adapter.h"

namespace relayburn {

struct Dialect {
  const char* table_prefix;  // quoted schema and dot, or nothing
  const char* endless_time;  // later than every instant
  const char* false_flag;    // what an absent flag is taken for when it is compared
  const char* quarter_hour;  // expression over t.ts: whole quarters of an hour since 1970
};

// A parameter is an instant in microseconds, an integer or a text; the backend binds it as its
// type.
using SqlParameter = std::variant<Instant, int64_t, std::string>;

struct SqlQuery {
  std::string text;  // placeholders $1, $2, …
  std::vector<SqlParameter> parameters;
};

// Columns of the result: those of query.group_by, then the nine sums of GroupSums in their order.
SqlQuery aggregate_sql(const AggregateQuery& query, const Dialect& dialect);

// "WHERE …" for the filter of a scan over one kind, or nothing; appends to `parameters`.
std::string filter_sql(Kind kind, const ScanFilter& filter, std::vector<SqlParameter>& parameters);

}  // namespace relayburn
