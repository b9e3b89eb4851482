#include "core/billing/openai_report.h"

namespace relayburn {
namespace {

bool is_object(const ReportFields& result, std::string_view wanted) {
  return result.has("object") && result.text("object") == wanted;
}

Instant instant_of(const ReportFields& bounds, std::string_view name) {
  return Instant{bounds.needed_count(name) * 1'000'000};
}

// "gpt-5-nano, input_tokens" is of a model; "web search tool calls" is not.
std::optional<std::string> model_of(const std::optional<std::string>& line_item) {
  if (!line_item) return std::nullopt;
  const size_t comma = line_item->find(", ");
  if (comma == std::string::npos || comma == 0) return std::nullopt;
  std::string model = line_item->substr(0, comma);
  return model.find(' ') == std::string::npos ? std::optional(std::move(model)) : std::nullopt;
}

BilledLine cost(const ReportFields& entry, std::string_view value, std::string_view currency) {
  entry.expect_dollars(currency);
  BilledLine line;
  line.item.model = model_of(entry.text("line_item"));
  line.item.project = entry.text("project_id");
  line.item.api_key = entry.text("api_key_id");
  line.amount.cost = entry.amount(value, AmountUnit::Dollars, true);
  return line;
}

BilledLine json_cost(const ReportFields& result) {
  return cost(result, "amount.value", "amount.currency");
}
BilledLine csv_cost(const ReportFields& row) {
  return cost(row, "amount_value", "amount_currency");
}

BilledLine usage(const ReportFields& entry) {
  BilledLine line;
  line.item.model = entry.text("model");
  line.item.project = entry.text("project_id");
  line.item.api_key = entry.text("api_key_id");
  TokenCounts& tokens = line.amount.tokens;
  const int64_t input = entry.needed_count("input_tokens");
  tokens.output = entry.needed_count("output_tokens");
  tokens.cache_read = entry.count("input_cached_tokens");
  if (tokens.cache_read > input) entry.fail("input_cached_tokens", "no more than input_tokens");
  tokens.input = input - tokens.cache_read;
  return line;
}

}  // namespace

bool is_openai_bucket(const ReportFields& bounds) { return bounds.has("start_time"); }

Bucket openai_bucket(const ReportFields& bounds) {
  return {instant_of(bounds, "start_time"), instant_of(bounds, "end_time")};
}

const std::array<JsonForm, 2> kOpenAiJsonForms = {{
    {"openai", ReportContent::Costs,
     [](const ReportFields& result) { return is_object(result, "organization.costs.result"); },
     json_cost},
    {"openai", ReportContent::Usage,
     [](const ReportFields& result) {
       return is_object(result, "organization.usage.completions.result");
     },
     usage},
}};

const std::array<CsvForm, 2> kOpenAiCsvForms = {{
    {"openai",
     ReportContent::Costs,
     {"start_time", "end_time", "amount_value", "amount_currency"},
     openai_bucket,
     [](const ReportFields& row) {
       return row.is_null("amount_value") && row.is_null("amount_currency");
     },
     csv_cost,
     false},
    {"openai",
     ReportContent::Usage,
     {"start_time", "end_time", "num_model_requests", "input_tokens", "output_tokens"},
     openai_bucket,
     [](const ReportFields& row) {
       return row.is_null("input_tokens") && row.is_null("output_tokens") &&
              row.is_null("num_model_requests");
     },
     usage,
     false},
}};

}  // namespace relayburn
