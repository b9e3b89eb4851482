#pragma once

#include "core/storage/storage_adapter.h"
#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

// StorageAdapter::prune_content(), in one transaction.
int64_t prune_content(PgConnection& connection, const PgSchema& schema, const ContentPrune& prune);

}  // namespace relayburn
