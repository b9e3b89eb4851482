#pragma once
// The statements of an append. Their parameters are arrays, one element a row.

#include <string>

#include "core/records/kinds.h"

namespace relayburn {

// $1 ids. Which of them are there: their place in $1 (from 1), revision, tie, and ts where the kind
// has a time.
std::string present_sql(const KindDescription& kind, const std::string& prefix);

// $1 ids, $2 revisions, $3 ties, then the other columns. Applies the merge rule; the answer is one
// row: how many were inserted, how many updated.
std::string write_sql(const KindDescription& kind, const std::string& prefix);
// The same, and behind those parameters: run id, kind, how many the batch brought. Adds the counts
// to those of the run.
std::string write_and_count_sql(const KindDescription& kind, const std::string& prefix);

// $1 host id, $2 sources, $3 paths, then those of kCursorColumns, and states.
std::string cursors_sql(const std::string& prefix);

// $1 run id. Its last batch; waits for a transaction of the run that is still in doubt.
std::string last_batch_sql(const std::string& prefix);
// $1 run id, $2 host id, $3 batch number. A row where the number is new.
std::string claim_batch_sql(const std::string& prefix);
// $1 run id, $2 kinds, $3 inserted, $4 updated, $5 duplicate: of one batch.
std::string add_counts_sql(const std::string& prefix);
// $1 run id, $2 kinds: those that the batch has none of.
std::string clear_last_counts_sql(const std::string& prefix);
// $1 run id. One row a kind: kind, and what the last batch did.
std::string last_counts_sql(const std::string& prefix);

}  // namespace relayburn
