#pragma once

#include "apps/relayburn/commands.h"

namespace relayburn {

// `ingest --watch`: a run at once, and one more whenever a log changes, and at least each interval,
// until SIGTERM or SIGINT. Between runs it holds neither a lock nor a connection. While the ledger
// is away it tries again after pauses that grow; what cannot pass by itself ends it.
int watch_logs(const IngestCommand& command, const CommandContext& session);

}  // namespace relayburn
