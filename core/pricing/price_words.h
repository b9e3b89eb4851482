#pragma once
// Prices as numbers that people and scripts can calculate with: exact plain decimals.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/pricing/price_table.h"

namespace relayburn {

// A class of tokens: its names, and where its counts and rates are.
struct TokenClass {
  std::string_view json_name;
  std::string_view label;  // of metrics
  std::string_view name;
  int64_t TokenCounts::*count;
  int64_t Rates::*rate;
  bool Rates::*is_assumed;  // nullptr: always listed
  Picodollars BilledRates::*billed;
};
inline constexpr std::array<TokenClass, 5> kTokenClasses = {{
    {"input", "input", "input", &TokenCounts::input, &Rates::input, nullptr, &BilledRates::input},
    {"output", "output", "output", &TokenCounts::output, &Rates::output, nullptr,
     &BilledRates::output},
    {"cacheRead", "cache_read", "cache read", &TokenCounts::cache_read, &Rates::cache_read,
     &Rates::assumed_cache_read, &BilledRates::cache_read},
    {"cacheCreate5m", "cache_create_5m", "cache write, 5 min", &TokenCounts::cache_create_5m,
     &Rates::cache_create_5m, &Rates::assumed_cache_create_5m, &BilledRates::cache_create_5m},
    {"cacheCreate1h", "cache_create_1h", "cache write, 1 h", &TokenCounts::cache_create_1h,
     &Rates::cache_create_1h, &Rates::assumed_cache_create_1h, &BilledRates::cache_create_1h},
}};

inline bool is_assumed(const Rates& rates, const TokenClass& each) {
  return each.is_assumed != nullptr && rates.*each.is_assumed;
}

// Picodollars a token as US dollars per million tokens: "3.75".
std::string usd_per_million(Picodollars a_token);
// "1.1" of 11/10.
std::string multiplier_text(const std::pair<int64_t, int64_t>& multiplier);
// What a multiplier is for: "speed fast", "inference in us".
std::string multiplier_cause(std::string_view name);
// "2026-07-28".
std::string date_of(Instant instant);
// "bundled", "ledger", "override": where a span was stated.
std::string_view origin_name(PriceOrigin origin);
// "09:15" of 555 minutes.
std::string clock_text(int minutes);
// "01:00–04:00 and 06:00–10:00 UTC, Monday to Friday".
std::string hours_text(const PeakHours& peak);
// What a step from a logged name to a listed one does: "the date is dropped".
std::string_view rule_words(std::string_view rule);

}  // namespace relayburn
