#include "core/pricing/stated_price.h"

#include "core/base/json_writer.h"
#include "core/pricing/decimal.h"
#include "core/pricing/money.h"

namespace relayburn {
namespace {

constexpr int kRateDecimals = 6;  // dollars per million tokens → picodollars per token
constexpr int kMultiplierDecimals = 6;
constexpr int64_t kMaxDollarsPerMillion = 1'000'000;
constexpr int64_t kMaxDollarsPerSearch = 1000;
constexpr int64_t kMaxMultiplier = 100;
constexpr int64_t kMaxContext = 1'000'000'000'000;

std::string shown(std::string_view text) {
  constexpr size_t kMaxShown = 40;
  return text.size() <= kMaxShown ? std::string(text)
                                  : std::string(text.substr(0, kMaxShown)) + "...";
}

const JsonTree& expect(const JsonTree& value, JsonTree::Type type, std::string_view name) {
  if (value.is(type)) return value;
  throw Nonsense(std::string(name) +
                 (type == JsonTree::Type::Array ? " is no array" : " is no object"));
}

// False where the key is not that of a rate.
bool read_rate(StatedRates& rates, std::string_view key, const JsonTree& value) {
  for (const RateKey& known : kRateKeys) {
    if (key != known.key) continue;
    rates.*known.rate = rate_per_million(value, key);
    return true;
  }
  return false;
}

void read_context_tiers(ContextRates& tiers, const JsonTree& array) {
  for (const auto& [no_name, tier] : expect(array, JsonTree::Type::Array, "tiers").members) {
    StatedRates rates;
    for (const auto& [key, value] : tier.members) read_rate(rates, key, value);
    const JsonTree* above = tier.find("aboveContextTokens");
    if (above == nullptr) throw Nonsense("a tier has no aboveContextTokens");
    const int64_t bound = number_in(*above, "aboveContextTokens", 0, kMaxContext);
    if (!tiers.emplace(bound, rates).second) throw Nonsense("two tiers begin at one context size");
  }
}

StatedTier read_service_tier(const JsonTree& object) {
  StatedTier tier;
  for (const auto& [key, value] : expect(object, JsonTree::Type::Object, "a service tier").members)
    if (!read_rate(tier.rates, key, value) && key == "tiers") read_context_tiers(tier.tiers, value);
  return tier;
}

void read_multipliers(StatedPrice& price, const JsonTree& object) {
  for (const auto& [name, value] : expect(object, JsonTree::Type::Object, "multipliers").members)
    price.multipliers[name] = number_in(value, name, kMultiplierDecimals, kMaxMultiplier);
}

void read_field(StatedPrice& price, const std::string& key, const JsonTree& value) {
  // Reasoning is inside output and billed there.
  if (key == "from" || key == "reasoning" || read_rate(price.rates, key, value)) return;
  if (key == "webSearchRequest") {
    price.web_search_request = number_in(value, key, kUsdDecimals, kMaxDollarsPerSearch);
  } else if (key == "tiers") {
    read_context_tiers(price.tiers, value);
  } else if (key == "serviceTiers") {
    for (const auto& [name, tier] : expect(value, JsonTree::Type::Object, key).members)
      price.service_tiers[name] = read_service_tier(tier);
  } else if (key == "multipliers") {
    read_multipliers(price, value);
  } else {
    price.others[key] = value;
  }
}

void write_rates(JsonWriter& json, const StatedRates& rates) {
  for (const RateKey& each : kRateKeys)
    if (const std::optional<int64_t>& rate = rates.*each.rate)
      json.key(each.key).raw(decimal_text(*rate, kRateDecimals));
}

void write_context_tiers(JsonWriter& json, const ContextRates& tiers) {
  if (tiers.empty()) return;
  json.key("tiers").begin_array();
  for (const auto& [above, rates] : tiers) {
    json.begin_object().key("aboveContextTokens").integer(above);
    write_rates(json, rates);
    json.end_object();
  }
  json.end_array();
}

void write_service_tiers(JsonWriter& json, const StatedPrice& price) {
  if (price.service_tiers.empty()) return;
  json.key("serviceTiers").begin_object();
  for (const auto& [name, tier] : price.service_tiers) {
    json.key(name).begin_object();
    write_rates(json, tier.rates);
    write_context_tiers(json, tier.tiers);
    json.end_object();
  }
  json.end_object();
}

void write_multipliers(JsonWriter& json, const StatedPrice& price) {
  if (price.multipliers.empty()) return;
  json.key("multipliers").begin_object();
  for (const auto& [name, millionths] : price.multipliers)
    json.key(name).raw(decimal_text(millionths, kMultiplierDecimals));
  json.end_object();
}

}  // namespace

int64_t number_in(const JsonTree& value, std::string_view name, int decimals, int64_t max) {
  const std::string what = shown(name);
  if (!value.is(JsonTree::Type::Number)) {
    std::string text;
    append_json_tree(text, value);
    throw Nonsense(what + " is no number: " + shown(text));
  }
  if (value.text.front() == '-') throw Nonsense(what + " is negative: " + shown(value.text));
  const auto number = scaled_decimal(value.text, decimals);
  if (number && *number <= max * power_of_ten(decimals)) return *number;
  throw Nonsense(what + " is too great, or has more than " + std::to_string(decimals) +
                 " decimals: " + shown(value.text));
}

int64_t rate_per_million(const JsonTree& value, std::string_view name) {
  return number_in(value, name, kRateDecimals, kMaxDollarsPerMillion);
}

int64_t rate_per_token(const JsonTree& value, std::string_view name) {
  return number_in(value, name, kUsdDecimals, 1);
}

StatedPrice parse_stated_price(const JsonTree& span) {
  StatedPrice price;
  for (const auto& [key, value] : expect(span, JsonTree::Type::Object, "a price").members)
    read_field(price, key, value);
  if (!price.rates.input || !price.rates.output) throw Nonsense("a price needs input and output");
  return price;
}

std::string price_json(const StatedPrice& price) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_rates(json, price.rates);
  if (price.web_search_request)
    json.key("webSearchRequest").raw(decimal_text(*price.web_search_request, kUsdDecimals));
  write_multipliers(json, price);
  write_context_tiers(json, price.tiers);
  write_service_tiers(json, price);
  for (const auto& [key, value] : price.others) {
    std::string raw;
    append_json_tree(raw, value);
    json.key(key).raw(raw);
  }
  json.end_object();
  return text;
}

std::string decimal_text(int64_t value, int decimals) {
  std::string digits = std::to_string(value);
  const auto places = static_cast<size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

}  // namespace relayburn
