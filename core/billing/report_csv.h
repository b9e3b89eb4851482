#pragma once
// Tables as the providers' consoles export them: RFC 4180 with a header, UTF-8, perhaps behind a
// byte-order mark.

#include <functional>
#include <string>
#include <vector>

#include "core/billing/report_fields.h"

namespace relayburn {

using CsvHeaderSink = std::function<void(const std::vector<std::string>& columns)>;
using CsvRowSink = std::function<void(const ReportFields& row)>;

// Calls `header` with the names of the columns, then `row` for each row; an empty cell is null.
// Blank lines are passed over. Throws Error{Usage} where a row has more or fewer cells than the
// header, or a quote is not closed.
void read_csv_report(const ReportText& report, const CsvHeaderSink& header, const CsvRowSink& row);

}  // namespace relayburn
