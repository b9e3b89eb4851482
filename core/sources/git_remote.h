#pragma once
// The canonical name of a repository: "host/owner/repo".

#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

// nullopt for local paths and for whatever else is no remote of a forge.
std::optional<std::string> canonical_remote(std::string_view url);

// The canonical origin of the repository that `directory` lies in, as this host's file system has
// it. Never throws: what cannot be read is no remote.
std::optional<std::string> remote_of_directory(const std::string& directory);

}  // namespace relayburn
