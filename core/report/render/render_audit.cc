#include "core/report/render/render_audit.h"

#include "core/base/terminal_text.h"
#include "core/pricing/price_words.h"
#include "core/report/render/text_table.h"

namespace relayburn {
namespace {

Picodollars product(Picodollars rate, int64_t count) { return {rate.amount * count}; }

Picodollars search_rate(const AuditLine& line) {
  return line.price ? line.price->rates.web_search_request : line.search_fee;
}

// ---- for people

std::string rules_text(const std::vector<std::string>& rules) {
  std::string text;
  for (const std::string& rule : rules)
    text += (text.empty() ? "" : ", ") + std::string(rule_words(rule));
  return text;
}

std::string price_text(const AppliedPrice& price) {
  std::string text = "at the prices of " + printable(price.provider + "/" + price.model) + " (" +
                     rules_text(price.rules) + ")";
  if (price.from) text += " from " + date_of(*price.from) + " on";
  if (price.origin == PriceOrigin::Override) text += ", of your own list";
  if (price.origin == PriceOrigin::Ledger) text += ", learned into the ledger";
  if (price.above_tokens)
    text += ", context above " + with_thousands(*price.above_tokens) + " tokens";
  if (price.service_tier) text += ", service tier " + printable(*price.service_tier);
  if (price.is_plan) text += ", paid by a subscription";
  if (price.is_peak) text += ", in peak hours";
  for (const std::string& term : price.unpriced_terms)
    text += ", " + printable(term) + " not priced";
  for (const auto& [name, multiplier] : price.multipliers)
    text += ", " + printable(multiplier_cause(name)) + " × " + multiplier_text(multiplier) +
            " included";
  return text;
}

void add_charges(TextTable& table, const AuditLine& line) {
  for (const TokenClass& each : kTokenClasses) {
    const int64_t count = line.sums.*each.count;
    if (count == 0) continue;
    std::vector<std::string> cells{"  " + std::string(each.name), with_thousands(count)};
    if (line.price) {
      const Picodollars rate = line.price->rates.*each.billed;
      cells.push_back(usd_per_million(rate) + (is_assumed(line.price->listed, each) ? "*" : ""));
      cells.push_back(format_usd(product(rate, count)));
    }
    table.row(std::move(cells));
  }
}

void add_searches(TextTable& table, const AuditLine& line) {
  const int64_t count = line.sums.web_search_requests;
  if (count == 0) return;
  std::vector<std::string> cells{"  web searches", with_thousands(count)};
  const Picodollars rate = search_rate(line);
  cells.push_back(format_usd(rate) + " each");
  cells.push_back(format_usd(product(rate, count)));
  table.row(std::move(cells));
}

std::string line_text(const AuditLine& line) {
  TextTable table(1);
  table.row({"", "tokens", "USD per million", "USD"});
  add_charges(table, line);
  add_searches(table, line);
  const std::optional<Picodollars> cost = line.cost();
  table.row({"  together", "", "", cost ? format_usd(*cost) : "no price"});
  return (line.model ? printable(*line.model) : "(no model)") + ", " +
         with_thousands(line.sums.turns) + (line.sums.turns == 1 ? " turn, " : " turns, ") +
         (line.price             ? price_text(*line.price)
          : line.sums.turns == 0 ? "searches at the provider's fee"
                                 : "which no list has a price for") +
         "\n" + table.print();
}

// ---- for scripts

void write_usd(JsonWriter& json, std::string_view key, const std::optional<Picodollars>& money) {
  json.key(key);
  if (money) {
    json.raw(format_usd(*money));
  } else {
    json.null();
  }
}

void write_price(JsonWriter& json, const AppliedPrice& price) {
  json.begin_object().key("provider").string(price.provider).key("model").string(price.model);
  json.key("rules").begin_array();
  for (const std::string& rule : price.rules) json.string(rule);
  json.end_array().key("from");
  if (price.from) {
    json.string(date_of(*price.from));
  } else {
    json.null();
  }
  json.key("origin").string(origin_name(price.origin));
  if (price.above_tokens) json.key("aboveContextTokens").integer(*price.above_tokens);
  if (price.service_tier) json.key("serviceTier").string(*price.service_tier);
  if (price.is_plan) json.key("plan").boolean(true);
  if (price.is_peak) json.key("peak").boolean(true);
  if (!price.unpriced_terms.empty()) {
    json.key("unpricedTerms").begin_array();
    for (const std::string& term : price.unpriced_terms) json.string(term);
    json.end_array();
  }
  json.key("multipliers").begin_object();
  for (const auto& [name, multiplier] : price.multipliers)
    json.key(name).raw(multiplier_text(multiplier));
  json.end_object().end_object();
}

void write_charge(JsonWriter& json, const AuditLine& line, const TokenClass& each) {
  const int64_t count = line.sums.*each.count;
  if (count == 0) return;
  json.begin_object().key("class").string(each.json_name).key("tokens").integer(count);
  if (line.price) {
    const Picodollars rate = line.price->rates.*each.billed;
    json.key("usdPerMillion").raw(usd_per_million(rate));
    if (is_assumed(line.price->listed, each)) json.key("assumed").boolean(true);
    write_usd(json, "costUsd", product(rate, count));
  }
  json.end_object();
}

void write_searches(JsonWriter& json, const AuditLine& line) {
  const int64_t count = line.sums.web_search_requests;
  if (count == 0) return;
  json.begin_object().key("class").string("webSearchRequests").key("requests").integer(count);
  const Picodollars rate = search_rate(line);
  write_usd(json, "usdEach", rate);
  write_usd(json, "costUsd", product(rate, count));
  json.end_object();
}

}  // namespace

std::string render_audit_text(const UsageReport& report) {
  std::string text;
  bool has_assumed = false;
  for (const AuditLine& line : report.audit) {
    text += "\n" + line_text(line);
    has_assumed |= line.has_assumed_rate();
  }
  const std::optional<Picodollars> cost = report.totals.cost;
  text += "\nall together: USD " + (cost ? format_usd(*cost) : std::string("unknown")) + "\n";
  if (has_assumed) text += "* assumed: the list has no such rate (see: relayburn prices MODEL)\n";
  return text;
}

void write_audit(JsonWriter& json, const UsageReport& report) {
  json.key("audit").begin_array();
  for (const AuditLine& line : report.audit) {
    json.begin_object().key("model");
    if (line.model) {
      json.string(*line.model);
    } else {
      json.null();
    }
    json.key("turns").integer(line.sums.turns).key("price");
    if (line.price) {
      write_price(json, *line.price);
    } else {
      json.null();
    }
    json.key("charges").begin_array();
    for (const TokenClass& each : kTokenClasses) write_charge(json, line, each);
    write_searches(json, line);
    json.end_array();
    write_usd(json, "costUsd", line.cost());
    json.end_object();
  }
  json.end_array();
}

}  // namespace relayburn
