#pragma once

#include "apps/relayburn/cli.h"

namespace CLI {
class App;
}

namespace relayburn {

// Adds the command `reconcile`; parsing fills `command`, which outlives the app.
CLI::App* add_reconcile(CLI::App& app, CommonOptions& common, ReconcileCommand& command);

}  // namespace relayburn
