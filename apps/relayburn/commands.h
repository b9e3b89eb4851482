#pragma once
// What each command does with what the command line says; the answer is the exit code of
// apps/README.md.

#include "apps/relayburn/cli.h"
#include "core/base/log.h"

namespace relayburn {

enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kPartial = 3,
  kNoPlugin = 4,
  kStoreUnavailable = 5,
  kOverBudget = 6,
  kCheckFailed = 7,  // a check that was asked for did not hold
};

// What every command gets.
struct CommandContext {
  const Settings& settings;
  Log& log;
};

int run(const IngestCommand& command, const CommandContext& session);
int run(const AnalyzeCommand& command, const CommandContext& session);
int run(const PricesCommand& command, const CommandContext& session);
int run(const PricesUpdateCommand& command, const CommandContext& session);
int run(const ReconcileCommand& command, const CommandContext& session);
int run(const ExportCommand& command, const CommandContext& session);
int run(const CopyCommand& command, const CommandContext& session);
int run(const StampCommand& command, const CommandContext& session);
int run(const PruneCommand& command, const CommandContext& session);
int run(const ForgetCommand& command, const CommandContext& session);
int run(const CheckCommand& command, const CommandContext& session);
int run(const MigrateCommand& command, const CommandContext& session);
int run(const StatusCommand& command, const CommandContext& session);
int run(const ConfigCommand& command, const CommandContext& session);
int run(const HostsCommand& command, const CommandContext& session);
int run(const PluginsCommand& command, const CommandContext& session);

// Ingests and prints the summary to stderr, or where `is_brief` only what went wrong: the first
// half of `analyze --ingest`.
int ingest_before(const CommandContext& session, bool is_brief);

}  // namespace relayburn
