#include "core/pricing/stated_span.h"

#include <array>
#include <vector>

namespace relayburn {
namespace {

using Fraction = std::pair<int64_t, int64_t>;

std::optional<int64_t> first_of(std::optional<int64_t> own, std::optional<int64_t> other) {
  return own ? own : other;
}

Rates complete_rates(const StatedRates& stated, std::string_view provider) {
  Rates rates;
  rates.input = stated.input.value();
  rates.output = stated.output.value();
  rates.cache_read = stated.cache_read.value_or(rates.input);
  rates.assumed_cache_read = !stated.cache_read;
  rates.cache_create_5m = stated.cache_create_5m.value_or(rates.input);
  rates.assumed_cache_create_5m = !stated.cache_create_5m;
  const int64_t usual_1h = provider == "anthropic" ? 2 * rates.input : rates.cache_create_5m;
  rates.cache_create_1h = stated.cache_create_1h.value_or(usual_1h);
  rates.assumed_cache_create_1h = !stated.cache_create_1h;
  return rates;
}

StatedRates merged_rates(const StatedRates& tier, const StatedRates& base) {
  StatedRates merged;
  merged.input = first_of(tier.input, base.input);
  merged.output = first_of(tier.output, base.output);
  merged.cache_read = first_of(tier.cache_read, base.cache_read);
  merged.cache_create_5m = first_of(tier.cache_create_5m, base.cache_create_5m);
  merged.cache_create_1h =
      tier.input ? tier.cache_create_1h : first_of(tier.cache_create_1h, base.cache_create_1h);
  return merged;
}

Rates complete_tier_rates(const StatedRates& tier, const StatedRates& base,
                          std::string_view provider) {
  return complete_rates(merged_rates(tier, base), provider);
}

bool is_whole(int64_t rate, const std::vector<Fraction>& multipliers) {
  Picodollars::Wide numerator = rate;
  Picodollars::Wide denominator = 1;
  for (const auto& [above, below] : multipliers) {
    numerator *= above;
    denominator *= below;
  }
  return numerator % denominator == 0;
}

// What a call can be multiplied by: nothing, each of the two, both.
std::vector<std::vector<Fraction>> combined_multipliers(const PriceSpan& span) {
  std::vector<std::vector<Fraction>> combinations{{}};
  for (const char* name : {"fast", "us"}) {
    const auto found = span.multipliers.find(name);
    if (found == span.multipliers.end()) continue;
    for (size_t i = 0, before = combinations.size(); i < before; ++i) {
      combinations.push_back(combinations[i]);
      combinations.back().push_back(found->second);
    }
  }
  return combinations;
}

TieredRates complete_tiers(const StatedTiers& stated, const StatedRates& base,
                           std::string_view provider) {
  TieredRates complete;
  complete.rates = complete_tier_rates(stated.rates, base, provider);
  const StatedRates own = merged_rates(stated.rates, base);
  for (const auto& [above_tokens, rates] : stated.tiers)
    complete.tiers.push_back({above_tokens, complete_tier_rates(rates, own, provider)});
  return complete;
}

// Searches are not among them: multipliers do not scale them.
std::vector<int64_t> all_prices(const PriceSpan& span) {
  std::vector<int64_t> prices;
  const auto add = [&](const Rates& rates) {
    for (int64_t rate : {rates.input, rates.output, rates.cache_read, rates.cache_create_5m,
                         rates.cache_create_1h}) {
      prices.push_back(rate);
    }
  };
  const auto add_tiered = [&](const TieredRates& tiered) {
    add(tiered.rates);
    for (const ContextTier& tier : tiered.tiers) add(tier.rates);
  };
  add_tiered(span);
  for (const auto& [name, tiered] : span.service_tiers) add_tiered(tiered);
  for (const auto& [agent, tiered] : span.agents) add_tiered(tiered);
  if (span.peak) add(span.peak->rates);
  return prices;
}

}  // namespace

PriceSpan complete_span(const StatedSpan& stated, std::string_view provider) {
  PriceSpan span;
  span.from = stated.from;
  span.rates = complete_rates(stated.rates, provider);
  for (const auto& [above_tokens, rates] : stated.tiers) {
    span.tiers.push_back({above_tokens, complete_tier_rates(rates, stated.rates, provider)});
  }
  for (const auto& [name, tiered] : stated.service_tiers)
    span.service_tiers.emplace(name, complete_tiers(tiered, stated.rates, provider));
  for (const auto& [agent, tiered] : stated.agents)
    span.agents.emplace(agent, complete_tiers(tiered, stated.rates, provider));
  if (stated.peak) {
    span.peak = stated.peak->hours;
    span.peak->rates = complete_tier_rates(stated.peak->rates, stated.rates, provider);
  }
  span.multipliers = stated.multipliers;
  span.web_search_request = stated.web_search_request;
  return span;
}

std::optional<std::string> unwhole_rate(const PriceSpan& span) {
  if (span.multipliers.empty()) return std::nullopt;
  const auto prices = all_prices(span);
  for (const auto& multipliers : combined_multipliers(span)) {
    for (int64_t price : prices) {
      if (is_whole(price, multipliers)) continue;
      return "a price of " + std::to_string(price) +
             " picodollars is not whole after its multipliers";
    }
  }
  return std::nullopt;
}

}  // namespace relayburn
