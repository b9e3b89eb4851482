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
  kDoneInPart = 3,
  kNoPlugin = 4,
  kNoStore = 5,
  kOverBudget = 6,
  kCheckFailed = 7,  // a check that was asked for did not hold
};

// What every command gets.
struct Session {
  const Settings& settings;
  Log& log;
};

int run(const IngestCommand& command, const Session& session);
int run(const AnalyzeCommand& command, const Session& session);
int run(const PricesCommand& command, const Session& session);
int run(const PricesUpdateCommand& command, const Session& session);
int run(const ReconcileCommand& command, const Session& session);
int run(const ExportCommand& command, const Session& session);
int run(const CopyCommand& command, const Session& session);
int run(const StampCommand& command, const Session& session);
int run(const PruneCommand& command, const Session& session);
int run(const ForgetCommand& command, const Session& session);
int run(const CheckCommand& command, const Session& session);
int run(const MigrateCommand& command, const Session& session);
int run(const StatusCommand& command, const Session& session);
int run(const ConfigCommand& command, const Session& session);
int run(const HostsCommand& command, const Session& session);
int run(const PluginsCommand& command, const Session& session);

// Ingests and prints the summary to stderr: the first half of `analyze --ingest`.
int ingest_before(const Session& session);

}  // namespace relayburn
