#pragma once
// Lists of prices that can be learned from, recognised by their content: our own (models.json),
// models.dev's api.json, and LiteLLM's model_prices_and_context_window.json. Of the last two only
// those who make models are taken, under our names for them; who resells them has prices of his
// own.

#include <string>
#include <string_view>
#include <vector>

#include "core/pricing/stated_price.h"

namespace relayburn {

struct ListedPrice {
  std::string provider;
  std::string model;
  std::string from;      // "2026-09-22"; empty: the list has no dates, or from the first day
  std::string released;  // the model's first day, where an undated list states it
  StatedPrice price;
  // The list says of its one context tier only that it begins above 200,000 tokens or later.
  bool has_vague_tier = false;
};

struct UnusablePrice {
  std::string provider;
  std::string model;
  std::string from;
  std::string problem;
};

struct PriceFeed {
  std::string origin;     // "relayburn", "models.dev", "litellm"
  bool is_dated = false;  // each price holds from its own date on
  std::vector<ListedPrice> prices;
  std::vector<UnusablePrice> unusable;
};

// Throws Error{Usage}: no JSON, or no list that we know.
PriceFeed parse_price_feed(std::string_view text);

// Whether the text is a date such as 2026-09-22.
bool is_date(std::string_view text);

namespace detail {
PriceFeed parse_models_dev(const JsonTree& list);
PriceFeed parse_litellm(const JsonTree& list);
// One of those whose prices are taken.
bool is_maker(std::string_view provider);
// OpenAI's names for one tier, which its lists state once (data of models.json).
void name_fast_tier(ListedPrice& listed);
}  // namespace detail

}  // namespace relayburn
