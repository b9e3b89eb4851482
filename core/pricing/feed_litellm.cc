// LiteLLM's model_prices_and_context_window.json: {MODEL or PROVIDER/MODEL: {"litellm_provider",
// "mode", "input_cost_per_token", …}}, in dollars per token. A rate's key may go on with
// _above_1hr, _above_200k_tokens and a service tier: priority, flex, batches.

#include <array>
#include <charconv>
#include <map>

#include "core/pricing/money.h"
#include "core/pricing/price_feed.h"

namespace relayburn::detail {
namespace {

using Type = JsonTree::Type;

struct Named {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array<Named, 5> kProviders = {{
    {"dashscope", "alibaba"},
    {"gemini", "google"},
    {"moonshot", "moonshotai"},
    {"text-completion-openai", "openai"},
    {"text-completion-codestral", "mistral"},
}};
constexpr std::array<Named, 3> kServiceTiers = {{
    {"_priority", "priority"},
    {"_flex", "flex"},
    {"_batches", "batch"},
}};

struct CostKey {
  std::string_view key;
  std::optional<int64_t> StatedRates::*rate;
};
// The longer of two with the same beginning first.
constexpr std::array<CostKey, 5> kCostKeys = {{
    {"cache_creation_input_token_cost_above_1hr", &StatedRates::cache_create_1h},
    {"cache_creation_input_token_cost", &StatedRates::cache_create_5m},
    {"cache_read_input_token_cost", &StatedRates::cache_read},
    {"input_cost_per_token", &StatedRates::input},
    {"output_cost_per_token", &StatedRates::output},
}};

std::string_view our_provider(std::string_view theirs) {
  for (const Named& provider : kProviders)
    if (provider.theirs == theirs) return provider.ours;
  return theirs;
}

// "_above_272k_tokens" → 272000, taken off the text; nullopt where it does not begin so.
std::optional<int64_t> take_bound(std::string_view& text) {
  constexpr std::string_view kAbove = "_above_", kTokens = "k_tokens";
  constexpr int64_t kMaxThousands = 1'000'000'000;
  if (!text.starts_with(kAbove)) return std::nullopt;
  const std::string_view rest = text.substr(kAbove.size());
  int64_t thousands = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), thousands);
  const std::string_view after = rest.substr(static_cast<size_t>(end - rest.data()));
  if (problem != std::errc{} || thousands < 0 || thousands > kMaxThousands ||
      !after.starts_with(kTokens))
    return std::nullopt;
  text = after.substr(kTokens.size());
  return thousands * 1000;
}

// The rates that what is left of a key speaks of; null where it speaks of something else.
StatedRates* rates_of(StatedPrice& price, std::string_view suffix) {
  const std::optional<int64_t> bound = take_bound(suffix);
  if (suffix.empty()) return bound ? &price.tiers[*bound] : &price.rates;
  for (const Named& tier : kServiceTiers) {
    if (suffix != tier.theirs) continue;
    StatedTier& stated = price.service_tiers[std::string(tier.ours)];
    return bound ? &stated.tiers[*bound] : &stated.rates;
  }
  return nullptr;
}

void read_cost(StatedPrice& price, std::string_view key, const JsonTree& value) {
  for (const CostKey& cost : kCostKeys) {
    if (!key.starts_with(cost.key)) continue;
    if (StatedRates* rates = rates_of(price, key.substr(cost.key.size())))
      rates->*cost.rate = rate_per_token(value, key);
    return;
  }
}

// Each range has rates of its own; those of the first hold from 0 tokens on.
void read_ranges(StatedPrice& price, const JsonTree& ranges) {
  constexpr int64_t kMaxContext = 1'000'000'000'000;
  for (const auto& [no_name, entry] : ranges.members) {
    const JsonTree* range = entry.find("range", Type::Array);
    if (range == nullptr || range->members.empty()) continue;
    const int64_t begin = number_in(range->members.front().value, "range", 0, kMaxContext);
    StatedRates& rates = begin == 0 ? price.rates : price.tiers[begin];
    for (const auto& [key, value] : entry.members)
      for (const CostKey& cost : kCostKeys)
        if (key == cost.key) rates.*cost.rate = rate_per_token(value, key);
  }
}

// A search costs what its context costs; most providers have one price for all.
void read_search(StatedPrice& price, const JsonTree& costs) {
  constexpr int64_t kMaxDollars = 1000;
  if (const JsonTree* medium = costs.find("search_context_size_medium"))
    price.web_search_request = number_in(*medium, "a web search", kUsdDecimals, kMaxDollars);
}

// Its factors ("provider_specific_entry") are not read: they are the same for every model of a
// vendor, also for those that cost otherwise or do not offer it.
StatedPrice price_in(const JsonTree& entry) {
  StatedPrice price;
  if (const JsonTree* ranges = entry.find("tiered_pricing", Type::Array))
    read_ranges(price, *ranges);
  for (const auto& [key, value] : entry.members)
    if (!value.is(Type::Null)) read_cost(price, key, value);
  if (const JsonTree* search = entry.find("search_context_cost_per_query", Type::Object))
    read_search(price, *search);
  return price;
}

// Agents log neither embeddings nor pictures.
bool is_for_agents(const JsonTree& entry) {
  const JsonTree* mode = entry.find("mode", Type::String);
  return mode == nullptr || mode->text == "chat" || mode->text == "responses" ||
         mode->text == "completion";
}

bool has_token_prices(const JsonTree& entry) {
  return entry.find("tiered_pricing", Type::Array) != nullptr ||
         (entry.find("input_cost_per_token") && entry.find("output_cost_per_token"));
}

// Of "gemini/gemini-3-pro" what follows the provider; empty for variants that no log names, such as
// "hd/1024-x-1024/dall-e-3".
std::string_view model_name(std::string_view key, std::string_view provider) {
  if (key.size() > provider.size() && key.starts_with(provider) && key[provider.size()] == '/')
    key.remove_prefix(provider.size() + 1);
  return key.find('/') == std::string_view::npos ? key : std::string_view();
}

void read_entry(PriceFeed& feed, const std::string& provider, const std::string& model,
                const JsonTree& entry) {
  try {
    ListedPrice listed{provider, model, {}, {}, price_in(entry), false};
    if (!listed.price.rates.input || !listed.price.rates.output)
      throw Nonsense("it has no rate of input or none of output");
    name_fast_tier(listed);
    feed.prices.push_back(std::move(listed));
  } catch (const Nonsense& nonsense) {
    feed.unusable.push_back({provider, model, {}, nonsense.what()});
  }
}

}  // namespace

PriceFeed parse_litellm(const JsonTree& list) {
  PriceFeed feed{"litellm", false, {}, {}};
  // A key that begins with its provider goes before one that does not.
  std::map<std::pair<std::string, std::string>, std::pair<bool, const JsonTree*>> entries;
  for (const auto& [key, entry] : list.members) {
    const JsonTree* theirs = entry.find("litellm_provider", Type::String);
    if (theirs == nullptr || !is_for_agents(entry) || !has_token_prices(entry)) continue;
    const std::string provider(our_provider(theirs->text));
    const std::string_view model = model_name(key, theirs->text);
    if (model.empty() || !is_maker(provider)) continue;
    const bool is_prefixed = model.size() < key.size();
    auto& known = entries[{provider, std::string(model)}];
    if (known.second == nullptr || (is_prefixed && !known.first)) known = {is_prefixed, &entry};
  }
  for (const auto& [name, entry] : entries)
    read_entry(feed, name.first, name.second, *entry.second);
  return feed;
}

}  // namespace relayburn::detail
