#pragma once

#include <string>

namespace relayburn {

// Whether a file lies where several hosts may see it at once, or where files cannot be shared as
// memory: statfs(2) tells by the type. False where it cannot be told.
bool is_on_network_file_system(const std::string& path);

}  // namespace relayburn
