#pragma once

#include "core/config/settings.h"
#include "core/sources/source.h"

namespace relayburn {

// What readers need to know of this process: its environment, and whose home directory it is.
SourceEnvironment source_environment(const Settings& settings);

}  // namespace relayburn
