#pragma once
// Reads what a provider says was used or billed from one of its own reports:
//
//   Anthropic, Admin API: /v1/organizations/cost_report and /v1/organizations/usage_report/messages
//   Anthropic, console: the CSV exports of the pages Cost and Usage
//   OpenAI, Admin API: /v1/organization/costs and /v1/organization/usage/completions
//   OpenAI, dashboard: the CSV exports of costs and of completions usage
//
// The form is recognised by content (anthropic_report.h and openai_report.h say what each field
// means). Days are those of UTC, as the providers cut them.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "core/base/instant.h"
#include "core/pricing/money.h"
#include "core/records/token_counts.h"

namespace relayburn {

// Days of UTC since 1970-01-01.
using UtcDay = int64_t;
UtcDay utc_day(Instant instant);
Instant start_of(UtcDay day);
std::string day_name(UtcDay day);  // "2026-11-22"

// Names what a line of a report is about, in the words of the provider.
struct BilledItem {
  UtcDay day = 0;
  std::optional<std::string> model;
  std::optional<std::string> workspace;  // Anthropic's
  std::optional<std::string> project;    // OpenAI's
  std::optional<std::string> api_key;

  auto tied() const { return std::tie(day, model, workspace, project, api_key); }
  bool operator<(const BilledItem& other) const { return tied() < other.tied(); }
};

struct BilledAmount {
  Picodollars cost;    // of a report of costs
  TokenCounts tokens;  // of a report of usage

  BilledAmount& operator+=(const BilledAmount& other) {
    cost += other.cost;
    tokens += other.tokens;
    return *this;
  }
};

// Reports of usage hold tokens and no money. Nothing: every bucket is empty, so the report does not
// show which of the two it is.
enum class ReportContent { Nothing, Costs, Usage };

struct ProviderReport {
  std::string file;
  std::string provider;  // "anthropic", "openai"
  ReportContent content = ReportContent::Nothing;
  std::map<BilledItem, BilledAmount> lines;
  // For how many microseconds of each day the report has buckets.
  std::map<UtcDay, int64_t> covered_us;
  bool has_more = false;  // the last page says that more follow
};

// Whose lines of a report are, as the provider names it.
struct BilledAccount {
  std::optional<std::string> workspace;
  std::optional<std::string> project;
  std::optional<std::string> api_key;

  bool is_named() const { return workspace || project || api_key; }
  auto tied() const { return std::tie(workspace, project, api_key); }
  bool operator<(const BilledAccount& other) const { return tied() < other.tied(); }
};
std::map<BilledAccount, BilledAmount> sum_by_account(const ProviderReport& report);

inline constexpr size_t kMaxReportBytes = size_t{64} << 20;

// Throws Error{Usage} naming the file, the line and, in JSON, the pointer, where the text is no
// such report or is longer than kMaxReportBytes.
ProviderReport parse_provider_report(std::string_view text, const std::string& file);

}  // namespace relayburn
