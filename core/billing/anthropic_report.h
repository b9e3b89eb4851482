#pragma once
// Anthropic's reports.
//
// JSON as https://platform.claude.com/docs/en/api/admin/cost_report and …/admin/usage_report
// document it. A bucket has `starting_at` and `ending_at` (RFC 3339, UTC; the end is exclusive).
// The `amount` of a cost is a decimal string in the lowest unit of the currency, cents: "123.45" is
// $1.23. `model` is null where costs are not grouped by description, and for costs that are not of
// tokens. Priority Tier costs are in no cost report.
//
// CSV as the console exports it (https://support.claude.com/en/articles/9534590): `usage_date_utc`
// is a day of UTC, `cost_usd` is dollars, `model` is a name for people ("Claude Haiku 4.5"). Days
// without usage have no row. The columns were checked against public parsers of these files.

#include <array>

#include "core/billing/report_form.h"

namespace relayburn {

bool is_anthropic_bucket(const ReportFields& bounds);
Bucket anthropic_bucket(const ReportFields& bounds);

extern const std::array<JsonForm, 2> kAnthropicJsonForms;
extern const std::array<CsvForm, 2> kAnthropicCsvForms;

}  // namespace relayburn
