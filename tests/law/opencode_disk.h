#pragma once
// What lies on the disk where OpenCode has come to some byte of a history.

#include <string>
#include <string_view>

namespace relayburn {

// At `path` stands what the history's first `size` bytes say, a folder or a database: adds what the
// other lines do. Of one without its end nothing is there yet.
void write_history(const std::string& path, std::string_view history, size_t size);

}  // namespace relayburn
