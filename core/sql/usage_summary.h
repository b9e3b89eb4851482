#pragma once
// The summary of usage (migrations/0007): canonical turns summed by quarters of an hour. It is
// never incremented: refreshing makes those quarters anew whose turns have changed.

#include "core/sql/turn_sql.h"

namespace relayburn {

// In one transaction that sees no later change: another one may write turns meanwhile. Where the
// dialect does not sum groups, `insert` gets the rows for insert_summary_sql().
void refresh_summary(const Dialect& dialect, const SqlRunner& run, const RowSink& insert);
std::string insert_summary_sql(const Dialect& dialect);

}  // namespace relayburn
