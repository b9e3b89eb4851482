#pragma once

#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

// Makes the summary of usage anew where turns have changed. Of several hosts that do so at once one
// succeeds; the others try a few times more, and then leave it to those.
void refresh_summary(PgConnection& connection, const PgSchema& schema);

}  // namespace relayburn
