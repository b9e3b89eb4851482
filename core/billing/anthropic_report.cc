#include "core/billing/anthropic_report.h"

namespace relayburn {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

Instant instant_of(const ReportFields& bounds, std::string_view name) {
  const auto text = bounds.text(name);
  const auto instant = text ? parse_instant(*text) : std::nullopt;
  if (!instant) bounds.fail(name, "a time as RFC 3339 has it");
  return *instant;
}

// ---- JSON

BilledLine json_cost(const ReportFields& result) {
  result.expect_dollars("currency");
  BilledLine line;
  line.item.model = result.text("model");
  line.item.workspace = result.text("workspace_id");
  line.amount.cost = result.amount("amount", AmountUnit::Cents, false);
  return line;
}

BilledLine json_usage(const ReportFields& result) {
  BilledLine line;
  line.item.model = result.text("model");
  line.item.workspace = result.text("workspace_id");
  line.item.api_key = result.text("api_key_id");
  TokenCounts& tokens = line.amount.tokens;
  tokens.input = result.needed_count("uncached_input_tokens");
  tokens.output = result.needed_count("output_tokens");
  tokens.cache_read = result.count("cache_read_input_tokens");
  tokens.cache_create_5m = result.count("cache_creation.ephemeral_5m_input_tokens");
  tokens.cache_create_1h = result.count("cache_creation.ephemeral_1h_input_tokens");
  tokens.web_search_requests = result.count("server_tool_use.web_search_requests");
  return line;
}

// ---- CSV

Bucket csv_day(const ReportFields& row) {
  const auto date = row.text("usage_date_utc");
  const bool is_day = date && date->size() == 10;
  const auto instant = date ? parse_instant(is_day ? *date + "T00:00:00Z" : *date) : std::nullopt;
  if (!instant) row.fail("usage_date_utc", "a day such as 2026-11-22");
  const Instant start = start_of(utc_day(*instant));
  return {start, Instant{start.us + kDayUs}};
}

bool never_empty(const ReportFields&) { return false; }

// The id where the export has one: names of keys change.
std::optional<std::string> csv_key(const ReportFields& row) {
  const auto id = row.text("api_key_id");
  return id ? id : row.text("api_key");
}

BilledLine csv_cost(const ReportFields& row) {
  BilledLine line;
  line.item.model = row.text("model");
  line.item.workspace = row.text("workspace");
  line.item.api_key = csv_key(row);
  line.amount.cost = row.amount("cost_usd", AmountUnit::Dollars, true);
  return line;
}

BilledLine csv_usage(const ReportFields& row) {
  BilledLine line;
  line.item.model = row.text("model_version");
  line.item.workspace = row.text("workspace");
  line.item.api_key = csv_key(row);
  TokenCounts& tokens = line.amount.tokens;
  tokens.input = row.needed_count("usage_input_tokens_no_cache");
  tokens.output = row.needed_count("usage_output_tokens");
  tokens.cache_read = row.count("usage_input_tokens_cache_read");
  tokens.cache_create_5m = row.count("usage_input_tokens_cache_write_5m");
  tokens.cache_create_1h = row.count("usage_input_tokens_cache_write_1h");
  tokens.web_search_requests = row.count("web_search_count");
  return line;
}

}  // namespace

bool is_anthropic_bucket(const ReportFields& bounds) { return bounds.has("starting_at"); }

Bucket anthropic_bucket(const ReportFields& bounds) {
  return {instant_of(bounds, "starting_at"), instant_of(bounds, "ending_at")};
}

const std::array<JsonForm, 2> kAnthropicJsonForms = {{
    {"anthropic", ReportContent::Costs,
     [](const ReportFields& result) { return result.has("amount") && result.has("currency"); },
     json_cost},
    {"anthropic", ReportContent::Usage,
     [](const ReportFields& result) { return result.has("uncached_input_tokens"); }, json_usage},
}};

const std::array<CsvForm, 2> kAnthropicCsvForms = {{
    {"anthropic",
     ReportContent::Costs,
     {"usage_date_utc", "model", "workspace", "token_type", "cost_usd"},
     csv_day,
     never_empty,
     csv_cost,
     true},
    {"anthropic",
     ReportContent::Usage,
     {"usage_date_utc", "model_version", "usage_input_tokens_no_cache", "usage_output_tokens"},
     csv_day,
     never_empty,
     csv_usage,
     true},
}};

}  // namespace relayburn
