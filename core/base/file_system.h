#pragma once

#include <string>

namespace relayburn {

// Whether a file lies where several hosts may see it at once, or where files cannot be shared as
// memory: statfs(2) tells by the type. Of a file that is yet to be made, its folder tells. False
// where it cannot be told.
bool is_on_network_file_system(const std::string& path);

// The type of the file system that a path lies on, as mount(8) names it: "ext4", "nfs4",
// "fuse.sshfs". Empty where it cannot be told.
std::string file_system_type(const std::string& path);

}  // namespace relayburn
