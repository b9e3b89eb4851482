#pragma once
// One ingest: opens the ledger, takes the run's lock, reads what is new.

#include <functional>
#include <set>
#include <string>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/ingest_summary.h"

namespace relayburn {

// Called after each batch and file; what it throws ends the run there, and nothing is lost.
using Interrupt = std::function<void()>;

IngestResult run_ingest(const IngestCommand& command, const Session& session,
                        const Interrupt& interrupt = {});

// Where the logs that it would read may come up.
std::set<std::string> log_folders(const IngestCommand& command, const Session& session);

// To stderr, a line each; as log entries where a machine reads them.
void report_issues(const IngestSummary& summary, const Session& session);

}  // namespace relayburn
