#include "core/pricing/price_feed.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/instant.h"

namespace relayburn {
namespace {

using Type = JsonTree::Type;

bool is_own(const JsonTree& list) {
  return list.find("providers", Type::Object) != nullptr &&
         (list.find("unit", Type::String) != nullptr ||
          list.find("snapshot", Type::String) != nullptr);
}

bool is_models_dev(const JsonTree& list) {
  return std::ranges::any_of(list.members, [](const auto& member) {
    return member.value.find("models", Type::Object) != nullptr &&
           member.value.find("id", Type::String) != nullptr;
  });
}

bool is_litellm(const JsonTree& list) {
  return std::ranges::any_of(list.members, [](const auto& member) {
    return member.value.find("litellm_provider", Type::String) != nullptr;
  });
}

std::string date_in(const JsonTree& span) {
  const JsonTree* from = span.find("from");
  if (from == nullptr) return {};
  if (from->is(Type::String) && is_date(from->text)) return from->text;
  throw Nonsense("from is no date");
}

void read_spans(PriceFeed& feed, const std::string& provider, const std::string& model,
                const JsonTree& spans) {
  try {
    if (!spans.is(Type::Array)) throw Nonsense("the model is no array of prices");
    std::vector<ListedPrice> prices;
    for (const auto& [no_name, span] : spans.members)
      prices.push_back({provider, model, date_in(span), {}, parse_stated_price(span)});
    std::ranges::move(prices, std::back_inserter(feed.prices));
  } catch (const Nonsense& nonsense) {
    feed.unusable.push_back({provider, model, {}, nonsense.what()});
  }
}

PriceFeed parse_own(const JsonTree& list) {
  PriceFeed feed{"relayburn", true, {}, {}};
  for (const auto& [provider, models] : list.find("providers")->members)
    for (const auto& [model, spans] : models.members) read_spans(feed, provider, model, spans);
  return feed;
}

// A name that is stored, and shown in every report.
bool is_plausible_name(std::string_view name) {
  constexpr size_t kMaxName = 200;
  return !name.empty() && name.size() <= kMaxName &&
         std::ranges::all_of(name, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

void drop_implausible_names(PriceFeed& feed) {
  std::erase_if(feed.prices, [&](const ListedPrice& listed) {
    if (is_plausible_name(listed.model) && is_plausible_name(listed.provider)) return false;
    feed.unusable.push_back({listed.provider, listed.model, {}, "that is no name of a model"});
    return true;
  });
}

// Of prices that begin on one date none can be chosen, unless they are equal.
void drop_contradictions(PriceFeed& feed) {
  const auto name = [](const ListedPrice& listed) {
    return std::tie(listed.provider, listed.model, listed.from);
  };
  std::ranges::stable_sort(feed.prices, {}, name);
  std::vector<ListedPrice> kept;
  for (size_t begin = 0, end = 0; begin < feed.prices.size(); begin = end) {
    bool are_equal = true;
    for (end = begin;
         end < feed.prices.size() && name(feed.prices[end]) == name(feed.prices[begin]); ++end)
      are_equal &= price_json(feed.prices[end].price) == price_json(feed.prices[begin].price);
    const ListedPrice& first = feed.prices[begin];
    if (are_equal)
      kept.push_back(first);
    else
      feed.unusable.push_back(
          {first.provider, first.model, first.from, "the list states several prices for it"});
  }
  feed.prices = std::move(kept);
}

PriceFeed parse_any(const JsonTree& list) {
  if (is_own(list)) return parse_own(list);
  if (is_models_dev(list)) return detail::parse_models_dev(list);
  if (is_litellm(list)) return detail::parse_litellm(list);
  throw Error(ErrorKind::Usage, "it is no list of prices that we know",
              "it must be a list of our own form, models.dev's api.json, or LiteLLM's "
              "model_prices_and_context_window.json");
}

}  // namespace

PriceFeed parse_price_feed(std::string_view text) {
  const std::optional<JsonTree> list = parse_json_tree(text);
  if (!list) throw Error(ErrorKind::Usage, "it is not valid JSON");
  PriceFeed feed = parse_any(*list);
  drop_implausible_names(feed);
  drop_contradictions(feed);
  return feed;
}

bool is_date(std::string_view text) {
  constexpr size_t kDateLength = 10;
  return text.size() == kDateLength && parse_instant(std::string(text) + "T00:00Z").has_value();
}

namespace detail {

bool is_maker(std::string_view provider) {
  constexpr std::array<std::string_view, 10> kMakers = {
      "alibaba", "anthropic",  "deepseek", "google", "minimax",
      "mistral", "moonshotai", "openai",   "xai",    "zai"};
  return std::ranges::find(kMakers, provider) != kMakers.end();
}

void name_fast_tier(ListedPrice& listed) {
  auto& tiers = listed.price.service_tiers;
  const auto priority = tiers.find("priority");
  if (listed.provider == "openai" && priority != tiers.end()) tiers["fast"] = priority->second;
}

}  // namespace detail
}  // namespace relayburn
