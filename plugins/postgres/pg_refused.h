#pragma once
// Finds the records of a batch that no table could take, whatever its schema. All other refusals
// are those of a schema, which its owner can change: they stop the run.

#include <array>
#include <cstdint>
#include <vector>

#include "core/storage/storage_adapter.h"
#include "plugins/postgres/pg_connection.h"

namespace relayburn {

// Row indices by kind, ascending.
struct RefusedRows {
  std::array<std::vector<size_t>, kKindCount> of_kind;

  int64_t count(Kind kind) const { return static_cast<int64_t>(of_kind[index_of(kind)].size()); }
  int64_t count() const;
};

// Asks the server for each record whether it takes the values alone, as parameters of a statement
// that names no table. Says of each that it refuses why, up to ten.
RefusedRows find_refused(PgConnection& connection, const Batch& batch, Log& log);

}  // namespace relayburn
