#pragma once
// The words that set a row beside what it was in the period before.

#include <string>
#include <vector>

#include "core/report/build/report.h"

namespace relayburn {

std::vector<std::string> comparison_headings();
// "$1.20", "+$0.30 (+25 %)"; "≥ $1.20" and "≈ +$0.30" where some turns have no price, "-" where
// the change is unknown.
std::vector<std::string> comparison_cells(const Figures& now, const Figures& before);

}  // namespace relayburn
