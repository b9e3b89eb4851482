#pragma once
// The ways in which a directory can be written: agents log the one that links lead to, and people
// name the link, or write "..", or two slashes.

#include <string>
#include <vector>

namespace relayburn {

// Returns the directory as it is written, without ".." and doubled slashes, and without links as
// far as it exists here. Only an absolute one has more than one form.
std::vector<std::string> directory_forms(const std::string& directory);

// Returns the same of a pattern for fnmatch(3). What comes before its first wildcard is resolved.
std::vector<std::string> pattern_forms(const std::string& pattern);

}  // namespace relayburn
