#pragma once

#include "core/sql/usage_summary.h"
#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

// Makes the summary of usage anew where turns have changed. Of several hosts that do so at once one
// succeeds; the others try a few times more, and then leave it to those.
void refresh_summary(SummaryScope scope, PgConnection& connection, const PgSchema& schema);

}  // namespace relayburn
