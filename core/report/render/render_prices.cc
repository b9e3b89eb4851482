#include "core/report/render/render_prices.h"

#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/pricing/price_words.h"
#include "core/report/render/text_table.h"

namespace relayburn {
namespace {

// ---- for people

std::string origin_text(const PriceSpan& span) {
  return span.origin == PriceOrigin::Override ? "yours" : std::string(origin_name(span.origin));
}

class PriceRows {
 public:
  PriceRows() : table_(2) {
    table_.row(
        {"model", "holds", "input", "output", "cache read", "write 5 min", "write 1 h", "list"});
    table_.rule();
  }

  void add(const ModelPrice& price) {
    std::string name = printable(price.provider + "/" + price.model);
    for (const PriceSpan& span : price.spans) {
      add_rates(name, span.from ? "from " + date_of(*span.from) : "always", span.rates, span);
      name.clear();
      add_context_tiers(span, "  ", span);
      for (const auto& [tier, tiered] : span.service_tiers)
        add_tiered("tier " + printable(tier), tiered, span);
      for (const auto& [agent, tiered] : span.agents)
        add_tiered("plan in " + printable(agent), tiered, span);
      if (span.peak) add_rates("", "  peak, " + hours_text(*span.peak), span.peak->rates, span);
      for (const auto& [cause, multiplier] : span.multipliers)
        table_.row(
            {"", "  " + printable(multiplier_cause(cause)) + ": × " + multiplier_text(multiplier)});
      if (span.web_search_request.value_or(0) > 0)
        table_.row({"", "  web search: $" + format_usd({*span.web_search_request}) + " each"});
    }
  }

  std::string print() const {
    return table_.print() + (has_assumed_ ? "* assumed: the list has no such rate\n" : "");
  }

 private:
  void add_tiered(const std::string& holds, const TieredRates& tiered, const PriceSpan& span) {
    add_rates("", "  " + holds, tiered.rates, span);
    add_context_tiers(tiered, "    ", span);
  }

  void add_context_tiers(const TieredRates& tiered, const std::string& indent,
                         const PriceSpan& span) {
    for (const ContextTier& tier : tiered.tiers)
      add_rates("", indent + "context > " + with_thousands(tier.above_tokens), tier.rates, span);
  }

  void add_rates(const std::string& name, const std::string& holds, const Rates& rates,
                 const PriceSpan& span) {
    std::vector<std::string> cells{name, holds};
    for (const TokenClass& each : kTokenClasses) {
      const bool assumed = is_assumed(rates, each);
      has_assumed_ |= assumed;
      cells.push_back(usd_per_million({rates.*each.rate}) + (assumed ? "*" : ""));
    }
    cells.push_back(origin_text(span));
    table_.row(std::move(cells));
  }

  TextTable table_;
  bool has_assumed_ = false;
};

std::string how_found(const PriceAnswer& answer) {
  if (!answer.asked || answer.matches.empty()) return {};
  const PriceMatch& match = answer.matches.front();
  std::string text = printable(*answer.asked) + " is billed as " +
                     printable(match.price->provider + "/" + match.price->model) + ": ";
  for (size_t i = 0; i < match.rules.size(); ++i)
    text += (i > 0 ? ", " : "") + std::string(rule_words(match.rules[i]));
  return text + "\n\n";
}

// ---- for scripts

void write_rates(JsonWriter& json, const Rates& rates) {
  for (const TokenClass& each : kTokenClasses)
    json.key(each.json_name).raw(usd_per_million({rates.*each.rate}));
  json.key("assumed").begin_array();
  for (const TokenClass& each : kTokenClasses)
    if (is_assumed(rates, each)) json.string(each.json_name);
  json.end_array();
}

void write_tiers(JsonWriter& json, const TieredRates& tiered) {
  json.key("tiers").begin_array();
  for (const ContextTier& tier : tiered.tiers) {
    json.begin_object().key("aboveContextTokens").integer(tier.above_tokens);
    write_rates(json, tier.rates);
    json.end_object();
  }
  json.end_array();
}

void write_tiered(JsonWriter& json, std::string_view key,
                  const std::map<std::string, TieredRates, std::less<>>& by_name) {
  json.key(key).begin_object();
  for (const auto& [name, tiered] : by_name) {
    json.key(name).begin_object();
    write_rates(json, tiered.rates);
    write_tiers(json, tiered);
    json.end_object();
  }
  json.end_object();
}

void write_peak(JsonWriter& json, const PeakHours& peak) {
  json.key("peak").begin_object();
  write_rates(json, peak.rates);
  json.key("utcHours").begin_array();
  for (const auto& [from, to] : peak.minutes)
    json.begin_array().string(clock_text(from)).string(clock_text(to)).end_array();
  json.end_array().key("days").string(peak.is_weekdays_only ? "mon-fri" : "mon-sun");
  json.key("exceptDates").begin_array();
  for (const std::string& date : peak.except_dates) json.string(date);
  json.end_array().end_object();
}

void write_span(JsonWriter& json, const PriceSpan& span) {
  json.begin_object().key("from");
  if (span.from) {
    json.string(date_of(*span.from));
  } else {
    json.null();
  }
  json.key("origin").string(origin_name(span.origin));
  write_rates(json, span.rates);
  json.key("webSearchRequest").raw(format_usd({span.web_search_request.value_or(0)}));
  write_tiers(json, span);
  write_tiered(json, "serviceTiers", span.service_tiers);
  write_tiered(json, "agents", span.agents);
  if (span.peak) write_peak(json, *span.peak);
  json.key("multipliers").begin_object();
  for (const auto& [name, multiplier] : span.multipliers)
    json.key(name).raw(multiplier_text(multiplier));
  json.end_object().end_object();
}

void write_match(JsonWriter& json, const PriceMatch& match) {
  json.begin_object().key("provider").string(match.price->provider);
  json.key("model").string(match.price->model).key("rules").begin_array();
  for (const std::string& rule : match.rules) json.string(rule);
  json.end_array().key("spans").begin_array();
  for (const PriceSpan& span : match.price->spans) write_span(json, span);
  json.end_array().end_object();
}

}  // namespace

void write_price_source(JsonWriter& json, const PriceSource& source) {
  json.key("source").string(source.has_learned ? "ledger" : "bundled").key("ageDays");
  if (source.age_days) {
    json.integer(*source.age_days);
  } else {
    json.null();
  }
}

std::string render_prices_text(const PriceAnswer& answer) {
  PriceRows rows;
  for (const PriceMatch& match : answer.matches) rows.add(*match.price);
  const std::string own =
      (answer.source.has_learned ? ", what the ledger learned since" : std::string()) +
      (answer.override_file.empty() ? "" : ", and yours of " + printable(answer.override_file));
  return how_found(answer) + "US dollars per million tokens: list prices of " +
         printable(answer.snapshot) + own + "\n\n" + rows.print();
}

std::string render_prices_json(const PriceAnswer& answer) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("snapshot").string(answer.snapshot);
  write_price_source(json, answer.source);
  json.key("overrides").boolean(!answer.override_file.empty());
  json.key("unit").string("USD per million tokens").key("asked");
  if (answer.asked) {
    json.string(*answer.asked);
  } else {
    json.null();
  }
  json.key("models").begin_array();
  for (const PriceMatch& match : answer.matches) write_match(json, match);
  json.end_array().end_object();
  return text + "\n";
}

}  // namespace relayburn
