#pragma once
// One ingest: opens the ledger, takes the run's lock, reads what is new.

#include <functional>
#include <optional>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/ingest_summary.h"
#include "core/ingest/anonymize_key.h"
#include "core/ingest/discover.h"
#include "core/sources/projects.h"

namespace relayburn {

// Called after each batch and file; what it throws ends the run there, and nothing is lost.
using Interrupt = std::function<void()>;

IngestResult run_ingest(const IngestCommand& command, const CommandContext& session,
                        const Interrupt& interrupt = {});

// The logs that it would look at, and where more of them may come up.
Discovery find_logs(const IngestCommand& command, const CommandContext& session);

// Where projects go by other names; nullopt where they have their own.
std::optional<AnonymousNames> anonymous_names(const Settings& settings, MissingKey missing);

// To stderr, a line each; as log entries where a machine reads them.
void report_issues(const IngestSummary& summary, const CommandContext& session);

}  // namespace relayburn
