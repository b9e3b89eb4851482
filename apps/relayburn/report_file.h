#pragma once
// A report that goes to a file which others read while it is being replaced.

#include <string>
#include <string_view>

namespace relayburn {

// Writes beside and renames over: readers see the old file or the new one. Its mode is what the
// umask leaves. A pipe or device is written to as it is. Throws Error{Internal} where that
// fails.
void write_report_file(const std::string& path, std::string_view text);

}  // namespace relayburn
