#pragma once
// Snapshot::aggregate() as SQL, for both dialects: from the summary what it can say, the rest from
// the turns.

#include "core/sql/turn_sql.h"

namespace relayburn {

// Whether the summary can serve it.
bool fits_summary(const AggregateQuery& query);

// In one snapshot.
void aggregate_by_sql(const AggregateQuery& query, const Dialect& dialect, const SqlRunner& run,
                      const GroupSink& sink);

}  // namespace relayburn
