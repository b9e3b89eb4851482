#pragma once

#include "core/config/settings.h"
#include "core/sources/source.h"

namespace relayburn {

// What readers need to know of this process: the variables of their agents, and whose home
// directory it is. `settings` outlives it.
SourceEnvironment source_environment(const Settings& settings);

}  // namespace relayburn
