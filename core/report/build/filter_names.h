#pragma once
// Filters as people type them: names, beginnings of names, last parts of paths, patterns.

#include <set>
#include <string>
#include <vector>

#include "core/report/build/report.h"

namespace relayburn {

using NameSet = std::set<std::string, std::less<>>;

// Returns which of the names a filter's value stands for: the name itself where it is there; else
// those that a pattern with * or ? matches, that begin with it, or whose last part (after a slash)
// it is; else the same with letters in either case; else those with a word that begins with it.
std::vector<std::string> matching_names(const std::string& value, const NameSet& names);

// Returns up to three names that a value may have been meant for, the nearest first.
std::vector<std::string> nearest_names(const std::string& value, const NameSet& names);

// Replaces each value of the query's filters by the names of the ledger that it stands for, and
// keeps what was asked for in `patterns`. Throws Error{Usage} naming the flag, the value and the
// nearest names where the whole ledger, whatever the period, has no such name. A ledger without
// turns has nothing to compare with: there the filters stay as they are.
void resolve_filters(ReportQuery& query, Snapshot& snapshot);

}  // namespace relayburn
