#pragma once

#include "core/config/settings.h"
#include "core/records/stamps.h"

namespace relayburn {

// What is stamped on every session that is read: `tags` of the config, and over it each variable
// RELAYBURN_TAG_NAME=VALUE as name=VALUE (the name in lower case, '_' stays; an empty value takes
// the tag away). Throws Error{Usage}.
Enrichment session_tags(const Settings& settings);

}  // namespace relayburn
