#pragma once
// OpenAI's reports.
//
// JSON as https://platform.openai.com/docs/api-reference/usage documents /v1/organization/costs and
// /v1/organization/usage/completions. A bucket has `start_time` and `end_time` (seconds since 1970;
// the end is exclusive). `amount.value` is a number of dollars; answers of the API were also seen
// to hold it as a string with many decimals (steipete/CodexBar#999), so both are read. `line_item`
// is "MODEL, kind" where costs are grouped by it and belong to a model. `input_tokens` include
// those read from a cache.
//
// CSV as the usage dashboard exports it: the same names, `amount_value` and `amount_currency` for
// the amount, counts such as "59200.0", and one row without values for a day on which nothing
// happened.

#include <array>

#include "core/billing/report_form.h"

namespace relayburn {

bool is_openai_bucket(const ReportFields& bounds);
Bucket openai_bucket(const ReportFields& bounds);

extern const std::array<JsonForm, 2> kOpenAiJsonForms;
extern const std::array<CsvForm, 2> kOpenAiCsvForms;

}  // namespace relayburn
