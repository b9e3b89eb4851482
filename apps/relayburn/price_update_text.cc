// How `prices update` shows what it learned.

#include <algorithm>

#include "apps/relayburn/price_update.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"
#include "core/pricing/money.h"
#include "core/pricing/price_words.h"

namespace relayburn {
namespace {

// Each amount of a price by its name, in the order of the price's text.
using Amounts = std::vector<std::pair<std::string, std::string>>;

void add_rates(Amounts& amounts, const std::string& where, const StatedRates& rates) {
  constexpr int kDecimals = 6;
  for (const RateKey& each : kRateKeys)
    if (const auto& rate = rates.*each.rate)
      amounts.emplace_back(where + std::string(each.key), decimal_text(*rate, kDecimals));
}

void add_tiers(Amounts& amounts, const std::string& where, const ContextRates& tiers) {
  for (const auto& [above, rates] : tiers)
    add_rates(amounts, where + "context > " + with_thousands(above) + " ", rates);
}

Amounts amounts_of(const std::string& rates) {
  constexpr int kDecimals = 6;
  const StatedPrice price = parse_stated_price(parse_json_tree(rates).value());
  Amounts amounts;
  add_rates(amounts, "", price.rates);
  if (price.web_search_request)
    amounts.emplace_back("web search", decimal_text(*price.web_search_request, kUsdDecimals));
  for (const auto& [name, factor] : price.multipliers)
    amounts.emplace_back(multiplier_cause(name), "x " + decimal_text(factor, kDecimals));
  add_tiers(amounts, "", price.tiers);
  for (const auto& [name, tier] : price.service_tiers) {
    add_rates(amounts, "tier " + name + " ", tier.rates);
    add_tiers(amounts, "tier " + name + " ", tier.tiers);
  }
  for (const auto& [key, value] : price.others) {
    std::string text;
    append_json_tree(text, value);
    amounts.emplace_back(key, text);
  }
  return amounts;
}

std::string amount_in(const Amounts& amounts, const std::string& name) {
  const auto found = std::ranges::find(amounts, name, &std::pair<std::string, std::string>::first);
  return found == amounts.end() ? "-" : found->second;
}

std::string line(const std::string& name, const std::string& amount) {
  constexpr size_t kWidth = 28;
  const std::string shown = printable(name);
  return "  " + shown + std::string(shown.size() < kWidth ? kWidth - shown.size() : 1, ' ') +
         printable(amount) + "\n";
}

std::string differences(const PriceChange& change) {
  const Amounts now = amounts_of(change.rates);
  const Amounts before = change.before ? amounts_of(*change.before) : Amounts{};
  std::string text;
  for (const auto& [name, amount] : now) {
    const std::string old = amount_in(before, name);
    if (!change.before) text += line(name, amount);
    if (change.before && old != amount) text += line(name, old + " -> " + amount);
  }
  for (const auto& [name, amount] : before)
    if (amount_in(now, name) == "-") text += line(name, amount + " -> -");
  return text;
}

std::string heading(const PriceChange& change) {
  return change.provider + "/" + change.model +
         (change.from_date.empty() ? ", from its first day on"
                                   : ", from " + change.from_date + " on") +
         (change.before ? "" : ", new");
}

void write_text_or_null(JsonWriter& json, std::string_view key, const std::string& text) {
  json.key(key);
  text.empty() ? json.null() : json.string(storable(text));
}

void write_change(JsonWriter& json, const PriceChange& change) {
  json.begin_object().key("provider").string(change.provider).key("model").string(change.model);
  write_text_or_null(json, "from", change.from_date);
  json.key("old");
  change.before ? json.raw(*change.before) : json.null();
  json.key("new").raw(change.rates).key("notes").begin_array();
  for (const std::string& note : change.notes) json.string(note);
  json.end_array().end_object();
}

void write_refusal(JsonWriter& json, const UnusablePrice& refused) {
  json.begin_object().key("provider").string(storable(refused.provider));
  json.key("model").string(storable(refused.model));
  write_text_or_null(json, "from", refused.from);
  json.key("problem").string(storable(refused.problem)).end_object();
}

}  // namespace

std::string render_text(const PriceUpdate& update) {
  const LearnedPrices& learned = update.learned;
  std::string text;
  for (const PriceChange& change : learned.changes) {
    text += printable(heading(change)) + "\n" + differences(change);
    for (const std::string& note : change.notes) text += "  (" + printable(note) + ")\n";
  }
  for (const UnusablePrice& refused : learned.refused)
    text += "refused: " + printable(refused.provider + "/" + refused.model) + ": " +
            printable(refused.problem) + "\n";
  const bool is_current = learned.changes.empty() && learned.refused.empty();
  return text +
         (is_current
              ? "prices are current"
              : with_thousands(static_cast<int64_t>(learned.changes.size())) + " changed, " +
                    with_thousands(static_cast<int64_t>(learned.refused.size())) + " refused") +
         ", " + with_thousands(static_cast<int64_t>(learned.unchanged)) +
         " as they were: " + printable(update.source) + "\n";
}

std::string render_json(const PriceUpdate& update, bool is_written) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1);
  json.key("source").string(storable(update.source)).key("list").string(update.origin);
  json.key("checkedAt").string(format_instant(update.checked_at));
  json.key("written").boolean(is_written).key("unit").string("USD per million tokens");
  json.key("changes").begin_array();
  for (const PriceChange& change : update.learned.changes) write_change(json, change);
  json.end_array().key("refused").begin_array();
  for (const UnusablePrice& refused : update.learned.refused) write_refusal(json, refused);
  json.end_array().key("unchanged").integer(static_cast<int64_t>(update.learned.unchanged));
  json.end_object();
  return text + "\n";
}

}  // namespace relayburn
