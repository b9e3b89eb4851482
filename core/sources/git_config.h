#pragma once
// As much of git's configuration files as it takes to find a repository's remote.

#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

// The last url of [remote "origin"] in the text of a config file. Includes and rewriting
// (insteadOf) are not followed.
std::optional<std::string> origin_url(std::string_view config);

}  // namespace relayburn
