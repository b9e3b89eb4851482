#pragma once
// A table of the report that can be sorted by any column.

#include <string>

#include "core/report/build/report.h"

namespace relayburn {

std::string html_table(const ReportTable& table, const Figures& totals);

}  // namespace relayburn
