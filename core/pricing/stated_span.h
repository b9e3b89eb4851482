#pragma once
// From what a price list states about a span to the rates that calls are billed at: what is taken
// where the list is silent (LEDGER.md 5), and whether all of it is whole in picodollars.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/pricing/price_table.h"

namespace relayburn {

struct StatedRates {
  std::optional<int64_t> input;
  std::optional<int64_t> output;
  std::optional<int64_t> cache_read;
  std::optional<int64_t> cache_create_5m;
  std::optional<int64_t> cache_create_1h;
};

// How a list names them.
struct RateKey {
  std::string_view key;
  std::optional<int64_t> StatedRates::*rate;
};

inline constexpr std::array<RateKey, 5> kRateKeys = {{
    {"input", &StatedRates::input},
    {"output", &StatedRates::output},
    {"cacheRead", &StatedRates::cache_read},
    {"cacheWrite5m", &StatedRates::cache_create_5m},
    {"cacheWrite1h", &StatedRates::cache_create_1h},
}};

struct StatedTiers {
  StatedRates rates;
  std::map<int64_t, StatedRates> tiers;
};

struct StatedPeak {
  PeakHours hours;  // without rates
  StatedRates rates;
};

struct StatedSpan : StatedTiers {  // with input and output
  std::optional<Instant> from;
  std::map<std::string, StatedTiers, std::less<>> service_tiers;
  std::map<std::string, StatedTiers, std::less<>> agents;
  std::optional<StatedPeak> peak;
  Multipliers multipliers;
  std::optional<int64_t> web_search_request;
};

// A rate that the span lacks follows the rule for missing rates.
//
// A rate that one of its context or service tiers lacks is the span's. Where the span lacks it too,
// the rule for missing rates takes the tier's own rates: a tier that doubles the input doubles what
// is billed like it. The 1-hour rate of a tier follows that rule as soon as the tier states an
// input, even if the span states a 1-hour rate: that one belongs to the span's input.
//
// A context tier of a service tier takes what it lacks from the service tier. Peak hours take what
// they lack from the span, as a tier does.
PriceSpan complete_span(const StatedSpan& stated, std::string_view provider);

// The first rate, if any, that is not whole after one of the multipliers that a call can have
// ("fast", "us", both): a sentence about it.
std::optional<std::string> unwhole_rate(const PriceSpan& span);

}  // namespace relayburn
