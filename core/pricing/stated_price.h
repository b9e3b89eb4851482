#pragma once
// What a list of prices states of a model from one date on, and its one JSON form: a span of
// models.json without its `from`. Nothing that the list leaves out is made up here.

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/pricing/json_tree.h"
#include "core/pricing/stated_span.h"

namespace relayburn {

using ContextRates = std::map<int64_t, StatedRates>;  // by the context that they hold above

struct StatedTier {
  StatedRates rates;
  ContextRates tiers;
};

struct StatedPrice {
  StatedRates rates;  // picodollars a token
  ContextRates tiers;
  std::map<std::string, StatedTier, std::less<>> service_tiers;
  std::map<std::string, int64_t, std::less<>> multipliers;  // in millionths
  std::optional<int64_t> web_search_request;                // picodollars
  // What else our own list states: peak hours, rates of an agent, and what later versions add.
  std::map<std::string, JsonTree, std::less<>> others;
};

// Why a list's price of a model cannot be used: "input is negative: -3".
struct Nonsense : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Returns the number times 10^decimals. Throws Nonsense where the value is no number, is negative,
// is greater than `max`, or has more decimals.
int64_t number_in(const JsonTree& value, std::string_view name, int decimals, int64_t max);
// The same for dollars: per million tokens, or per token, in picodollars a token.
int64_t rate_per_million(const JsonTree& value, std::string_view name);
int64_t rate_per_token(const JsonTree& value, std::string_view name);

// Reads one span of a list of our own form; its `from` is left out. Throws Nonsense.
StatedPrice parse_stated_price(const JsonTree& span);

// The price as compact JSON, its keys in one fixed order: equal prices have equal text.
std::string price_json(const StatedPrice& price);

// A number with so many decimals as its shortest plain text: (2500000, 6) → "2.5".
std::string decimal_text(int64_t value, int decimals);

}  // namespace relayburn
