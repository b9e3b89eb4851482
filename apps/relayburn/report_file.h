#pragma once
// A report that goes to a file which others read while it is being replaced.

#include <string>
#include <string_view>

namespace relayburn {

enum class ReportReaders : unsigned { Owner = 0600, Everybody = 0644 };

// Writes beside and renames over: readers see the old file or the new one. A new one is for these
// readers, whatever the umask; one that was there keeps its mode. A pipe or device is written to as
// it is. Throws Error{Internal} where that fails.
void write_report_file(const std::string& path, std::string_view text, ReportReaders readers);

}  // namespace relayburn
