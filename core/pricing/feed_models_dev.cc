// models.dev's api.json: {PROVIDER: {"id", "models": {MODEL: {"release_date", "cost": {"input",
// "output", "cache_read", "cache_write", "tiers": [{…, "tier": {"size"}}], "context_over_200k"},
// "experimental": {"modes": {"fast": {"cost", "provider": {"body"}}}}}}}}, in dollars per million
// tokens.

#include <array>

#include "core/pricing/price_feed.h"

namespace relayburn::detail {
namespace {

using Type = JsonTree::Type;

struct CostKey {
  std::string_view key;
  std::optional<int64_t> StatedRates::*rate;
};
constexpr std::array<CostKey, 4> kCostKeys = {{
    {"input", &StatedRates::input},
    {"output", &StatedRates::output},
    {"cache_read", &StatedRates::cache_read},
    {"cache_write", &StatedRates::cache_create_5m},
}};

StatedRates rates_in(const JsonTree& cost) {
  StatedRates rates;
  for (const auto& [key, rate] : kCostKeys)
    if (const JsonTree* value = cost.find(key); value != nullptr && !value->is(Type::Null))
      rates.*rate = rate_per_million(*value, key);
  return rates;
}

// context_over_200k repeats the tier where there is one, whatever its size; a list without tiers
// states nothing else.
void read_tiers(ContextRates& tiers, const JsonTree& cost) {
  constexpr int64_t kOldBound = 200'000;
  constexpr int64_t kMaxContext = 1'000'000'000'000;
  const JsonTree* stated = cost.find("tiers", Type::Array);
  const JsonTree* old = cost.find("context_over_200k", Type::Object);
  if (stated == nullptr) {
    if (old != nullptr) tiers[kOldBound] = rates_in(*old);
    return;
  }
  for (const auto& [no_name, tier] : stated->members) {
    const JsonTree* bound = tier.find("tier", Type::Object);
    const JsonTree* size = bound != nullptr ? bound->find("size") : nullptr;
    if (size == nullptr) throw Nonsense("a tier has no size");
    tiers[number_in(*size, "the size of a tier", 0, kMaxContext)] = rates_in(tier);
  }
}

// The one factor between two sets of rates, in millionths.
std::optional<int64_t> common_factor(const StatedRates& scaled, const StatedRates& base) {
  __extension__ using Wide = __int128;
  constexpr Wide kOne = 1'000'000;
  std::optional<int64_t> factor;
  for (const auto& [key, rate] : kCostKeys) {
    const auto& above = scaled.*rate;
    const auto& below = base.*rate;
    if (!above || (*above == 0 && below == 0)) continue;
    if (!below || *below == 0 || *above * kOne % *below != 0) return std::nullopt;
    const auto own = static_cast<int64_t>(*above * kOne / *below);
    if (factor && *factor != own) return std::nullopt;
    factor = own;
  }
  return factor;
}

// A mode is chosen by a field of the request: a service tier has rates of its own, a speed is a
// factor to us.
void read_mode(StatedPrice& price, const JsonTree& mode) {
  const JsonTree* cost = mode.find("cost", Type::Object);
  const JsonTree* provider = mode.find("provider", Type::Object);
  const JsonTree* body = provider != nullptr ? provider->find("body", Type::Object) : nullptr;
  if (cost == nullptr || body == nullptr) return;
  if (const JsonTree* tier = body->find("service_tier", Type::String)) {
    StatedTier& stated = price.service_tiers[tier->text];
    stated.rates = rates_in(*cost);
    read_tiers(stated.tiers, *cost);
  } else if (const JsonTree* speed = body->find("speed", Type::String)) {
    const std::optional<int64_t> factor = common_factor(rates_in(*cost), price.rates);
    if (factor && *factor > 0) price.multipliers[speed->text] = *factor;
  }
}

std::string release_of(const JsonTree& model) {
  const JsonTree* date = model.find("release_date", Type::String);
  if (date == nullptr) return {};
  // Some state only the month.
  for (const std::string& text : {date->text, date->text + "-01"})
    if (is_date(text)) return text;
  return {};
}

void read_model(PriceFeed& feed, const std::string& provider, const std::string& name,
                const JsonTree& model) {
  const JsonTree* cost = model.find("cost");
  if (cost == nullptr || cost->is(Type::Null)) return;
  try {
    if (!cost->is(Type::Object)) throw Nonsense("cost is no object");
    ListedPrice listed{provider, name, {}, release_of(model), {}};
    listed.price.rates = rates_in(*cost);
    if (!listed.price.rates.input || !listed.price.rates.output)
      throw Nonsense("cost has no input or no output");
    read_tiers(listed.price.tiers, *cost);
    listed.has_vague_tier = !listed.price.tiers.empty() && !cost->find("tiers", Type::Array);
    const JsonTree* experimental = model.find("experimental", Type::Object);
    if (const JsonTree* modes = experimental ? experimental->find("modes", Type::Object) : nullptr)
      for (const auto& [mode_name, mode] : modes->members) read_mode(listed.price, mode);
    name_fast_tier(listed);
    feed.prices.push_back(std::move(listed));
  } catch (const Nonsense& nonsense) {
    feed.unusable.push_back({provider, name, {}, nonsense.what()});
  }
}

}  // namespace

PriceFeed parse_models_dev(const JsonTree& list) {
  PriceFeed feed{"models.dev", false, {}, {}};
  for (const auto& [provider, entry] : list.members) {
    const JsonTree* models = entry.find("models", Type::Object);
    if (models == nullptr || !is_maker(provider)) continue;
    for (const auto& [name, model] : models->members) read_model(feed, provider, name, model);
  }
  return feed;
}

}  // namespace relayburn::detail
