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

// $1 host id, $2 sources, $3 paths, then the ten integers of a Cursor, and its states.
std::string cursors_sql(const std::string& prefix);

// $1 run id, $2 host id, $3 batch number.
std::string run_sql(const std::string& prefix);
// $1 run id, $2 kinds, $3 inserted, $4 updated, $5 duplicate: of one batch.
std::string run_counts_sql(const std::string& prefix);
// $1 run id. One row a kind: last_batch, kind, and what that batch did.
std::string last_batch_sql(const std::string& prefix);

}  // namespace relayburn
