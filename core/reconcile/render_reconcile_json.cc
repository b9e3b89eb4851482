#include "core/base/json_writer.h"
#include "core/reconcile/render_reconcile.h"
#include "core/report/build/usage_fields.h"
#include "core/report/render/render_prices.h"
#include "core/report/render/report_words.h"

namespace relayburn {
namespace {

using OptString = std::optional<std::string>;

void write_text(JsonWriter& json, std::string_view key, const OptString& text) {
  json.key(key);
  if (text) {
    json.string(*text);
  } else {
    json.null();
  }
}

void write_money(JsonWriter& json, std::string_view key, const std::optional<Picodollars>& money) {
  json.key(key);
  if (money) {
    json.raw(format_usd(*money));
  } else {
    json.null();
  }
}

void write_bound(JsonWriter& json, std::string_view key, const std::optional<Instant>& bound) {
  write_text(json, key, bound ? OptString(format_instant(*bound)) : std::nullopt);
}

// Millionths as the shortest plain decimal: "0.8454", "1.0".
std::string ratio(int64_t millionths) {
  constexpr int64_t kPicodollarsOfOne = 1'000'000;
  return format_usd(Picodollars{Picodollars::Wide{millionths} * kPicodollarsOfOne});
}

void write_tokens(JsonWriter& json, std::string_view key, const TokenCounts* tokens) {
  json.key(key);
  if (tokens == nullptr) {
    json.null();
    return;
  }
  json.begin_object();
  // Providers do not say which part of the output is reasoning.
  for (const UsageField& field : kUsageFields)
    if (field.count != &TokenCounts::reasoning) json.key(field.name).integer(tokens->*field.count);
  json.end_object();
}

void write_compared(JsonWriter& json, std::string_view key, const std::optional<Compared>& side,
                    std::optional<int64_t> sessions) {
  json.key(key);
  if (!side) {
    json.null();
    return;
  }
  json.begin_object();
  write_money(json, "total", side->total);
  write_money(json, "logged", side->logged);
  json.key("unpricedTurns").integer(side->unpriced_turns);
  if (sessions) {
    json.key("isLowerBound").boolean(side->total_is_lower_bound);
    json.key("sessions").integer(*sessions);
  }
  json.end_object();
}

void write_ratio(JsonWriter& json, std::string_view key, std::optional<int64_t> millionths) {
  json.key(key);
  if (millionths) {
    json.raw(ratio(*millionths));
  } else {
    json.null();
  }
}

void write_coverage(JsonWriter& json, const std::optional<Compared>& compared) {
  write_ratio(json, "coverage",
              compared && !compared->is_open() ? compared->coverage() : std::nullopt);
}

void write_figures(JsonWriter& json, const ReconciledRow& row) {
  const auto total = [](const std::optional<Compared>& side) {
    return side ? std::optional(side->total) : std::nullopt;
  };
  const auto& compared = row.compared();
  json.key("turns").integer(row.figures.sums.turns);
  json.key("sessions").integer(row.figures.sessions);
  write_money(json, "logged", row.figures.cost);
  json.key("unpricedTurns").integer(row.figures.unpriced_turns);
  write_money(json, "agentTotal", total(row.agent));
  write_money(json, "billed", total(row.bill));
  write_money(
      json, "unlogged",
      compared && !compared->is_open() ? std::optional(compared->unlogged()) : std::nullopt);
  write_coverage(json, compared);
  write_compared(json, "agent", row.agent, row.stated_sessions);
  write_compared(json, "bill", row.bill, std::nullopt);
  write_tokens(json, "billedTokens", row.tokens ? &row.tokens->billed : nullptr);
  write_tokens(json, "loggedTokens", row.tokens ? &row.tokens->logged : nullptr);
  write_ratio(json, "tokenCoverage", row.tokens ? row.tokens->coverage() : std::nullopt);
}

void write_row(JsonWriter& json, const Dimension& by, const ReconciledRow& row) {
  json.begin_object();
  write_text(json, by.name, row.name);
  if (by.kind == Dimension::Kind::Model) {
    json.key("names").begin_array();
    for (const std::string& name : row.names) json.string(name);
    json.end_array();
  }
  write_figures(json, row);
  json.end_object();
}

// ---- the reports

void write_amount(JsonWriter& json, ReportContent content, const BilledAmount& amount) {
  const bool has_costs = content == ReportContent::Costs;
  write_money(json, "billed", has_costs ? std::optional(amount.cost) : std::nullopt);
  write_tokens(json, "billedTokens", content == ReportContent::Usage ? &amount.tokens : nullptr);
}

void write_accounts(JsonWriter& json, const ProviderReport& report) {
  json.key("accounts").begin_array();
  for (const auto& [account, amount] : sum_by_account(report)) {
    json.begin_object();
    write_text(json, "workspace", account.workspace);
    write_text(json, "project", account.project);
    write_text(json, "apiKey", account.api_key);
    write_amount(json, report.content, amount);
    json.end_object();
  }
  json.end_array();
}

const char* content_name(ReportContent content) {
  if (content == ReportContent::Nothing) return "nothing";
  return content == ReportContent::Costs ? "costs" : "usage";
}

void write_report(JsonWriter& json, const ProviderReport& report) {
  const auto& days = report.covered_us;
  const auto name = [](UtcDay day) { return OptString(day_name(day)); };
  json.begin_object().key("file").string(report.file);
  write_text(json, "provider", report.provider.empty() ? OptString() : report.provider);
  json.key("holds").string(content_name(report.content));
  write_text(json, "firstDay", days.empty() ? std::nullopt : name(days.begin()->first));
  write_text(json, "lastDay", days.empty() ? std::nullopt : name(days.rbegin()->first));
  json.key("days").integer(static_cast<int64_t>(days.size()));
  json.key("hasMore").boolean(report.has_more);
  BilledAmount sum;
  for (const auto& [item, amount] : report.lines) sum += amount;
  write_amount(json, report.content, sum);
  write_accounts(json, report);
  json.end_object();
}

void write_head(JsonWriter& json, const Reconciliation& result) {
  json.key("schemaVersion").integer(1);
  json.key("storage").string(result.storage).key("timezone").string(result.timezone);
  write_bound(json, "since", result.query.since);
  write_bound(json, "until", result.query.until);
  json.key("filters").begin_object();
  for (const NamedFilter& filter : named_filters(result.query.asked_filters())) {
    json.key(filter.name).begin_array();
    for (const std::string& value : filter.values) json.string(value);
    json.end_array();
  }
  json.end_object().key("pricing").begin_object();
  json.key("snapshot").string(result.price_snapshot);
  write_price_source(json, result.price_source);
  json.key("overrides").boolean(result.has_price_overrides).end_object();
}

}  // namespace

std::string render_reconcile_json(const Reconciliation& result, const Bill& bill,
                                  const std::optional<MinCoverage>& wanted) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_head(json, result);
  json.key("by").string(result.by.name).key("totals").begin_object();
  write_figures(json, result.totals);
  json.end_object().key("rows").begin_array();
  for (const ReconciledRow& row : result.rows) write_row(json, result.by, row);
  json.end_array().key("reports").begin_array();
  for (const ProviderReport& report : bill.reports()) write_report(json, report);
  json.end_array().key("minCoverage");
  if (wanted) {
    json.begin_object().key("wanted").raw(ratio(wanted->millionths));
    json.key("holds").boolean(holds(*wanted, result.totals)).end_object();
  } else {
    json.null();
  }
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace relayburn
