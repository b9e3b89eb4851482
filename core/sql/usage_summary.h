#pragma once
// The summary of usage (migrations/0007): canonical turns summed by quarters of an hour. It is
// never incremented: refreshing makes those quarters anew whose turns have changed.

#include "core/sql/turn_sql.h"

namespace relayburn {

// Where prices change with the context. A row of the summary never lies on both sides of one of
// these; one that lies on both sides of another bound is not used.
extern const std::vector<int64_t> kUsualContextBounds;

// Says which part of the summary is made again.
enum class SummaryScope {
  Changed,
  All,
};

// In one transaction that sees no later change: another one may write turns meanwhile. What is to
// be changed goes to `change`. Where the dialect sums groups, nothing is asked behind the first
// change; where it does not, `insert` gets the rows for insert_summary_sql().
void refresh_summary(SummaryScope scope, const Dialect& dialect, const SqlRunner& run,
                     const std::function<void(const SqlQuery&)>& change, const RowSink& insert);
std::string insert_summary_sql(const Dialect& dialect);

}  // namespace relayburn
