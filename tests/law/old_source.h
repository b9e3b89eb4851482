#pragma once
// A reader as it could have been one version ago: its revisions are lower, it counts half of the
// output, and it knows no results of tools.

#include <memory>

#include "core/sources/source.h"

namespace relayburn {

std::unique_ptr<Source> old_version_of(const Source& source);

}  // namespace relayburn
