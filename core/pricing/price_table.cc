#include "core/pricing/price_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/pricing/model_name.h"
#include "core/pricing/price_list.h"

namespace relayburn {

extern const std::string_view kEmbeddedPrices;  // made by embed_prices.cmake

namespace {

using Fraction = std::pair<int64_t, int64_t>;
using Wide = Picodollars::Wide;

// Those who make models stand before those who also resell them; the others are alike.
size_t standing_of(std::string_view provider) {
  constexpr std::array<std::string_view, 4> kMakers = {"anthropic", "openai", "google", "xai"};
  const auto found = std::find(kMakers.begin(), kMakers.end(), provider);
  return static_cast<size_t>(found - kMakers.begin());
}

bool is_preferred(const ModelPrice& a, const ModelPrice& b) {
  return std::pair(standing_of(a.provider), std::string_view(a.provider)) <
         std::pair(standing_of(b.provider), std::string_view(b.provider));
}

// The providers that a turn itself speaks for: that of its source, then those before a '/'.
std::vector<std::string> suggested_providers(std::string_view source, std::string_view model) {
  std::vector<std::string> providers;
  if (source == "claude-code") providers.emplace_back("anthropic");
  if (source == "codex") providers.emplace_back("openai");
  while (const auto rest = drop_provider_prefix(model)) {
    providers.push_back(lower_case(model.substr(0, model.size() - rest->size() - 1)));
    model = *rest;
  }
  return providers;
}

const PriceSpan* span_at(const ModelPrice& price, const std::vector<Instant>& bounds, size_t side) {
  const size_t passed = std::min(side, bounds.size());
  const PriceSpan* current = nullptr;
  for (const PriceSpan& span : price.spans) {
    if (!span.from || (passed > 0 && *span.from <= bounds[passed - 1])) current = &span;
  }
  return current;
}

const Rates& rates_at(const PriceSpan& span, const PriceFacts& facts,
                      const std::vector<int64_t>& bounds) {
  if (facts.service_tier) {
    const auto found = span.service_tiers.find(*facts.service_tier);
    if (found != span.service_tiers.end()) return found->second;
  }
  const size_t exceeded = std::min(facts.context_side, bounds.size());
  const Rates* rates = &span.rates;
  for (const ContextTier& tier : span.tiers) {
    if (exceeded > 0 && tier.above_tokens <= bounds[exceeded - 1]) rates = &tier.rates;
  }
  return *rates;
}

Fraction multiplier_of(const PriceSpan& span, std::optional<std::string_view> logged,
                       std::string_view name) {
  if (logged != name) return {1, 1};
  const auto found = span.multipliers.find(name);
  return found == span.multipliers.end() ? Fraction{1, 1} : found->second;
}

// Whole, because the list was refused otherwise.
Wide scaled(int64_t price, const Fraction& a, const Fraction& b) {
  return Wide{price} * a.first * b.first / (Wide{a.second} * b.second);
}

struct ListedNames {
  const std::map<std::string, std::vector<size_t>, std::less<>>& by_name;
  const std::map<std::string, std::string, std::less<>>& by_lower_case;
};

struct NameMatch {
  std::string name;
  std::vector<std::string> rules;
};

std::optional<NameMatch> as_written(const ListedNames& listed, const std::string& name) {
  if (!listed.by_name.contains(name)) return std::nullopt;
  return NameMatch{name, {}};
}

std::optional<NameMatch> as_alias(const ListedNames& listed, const std::string& name) {
  const auto other = model_alias(name);
  if (!other || !listed.by_name.contains(*other)) return std::nullopt;
  return NameMatch{std::string(*other), {"alias"}};
}

std::optional<NameMatch> as_claude_version(const ListedNames& listed, const std::string& name) {
  for (std::string& other : respell_claude_version(name)) {
    if (listed.by_name.contains(other)) return NameMatch{std::move(other), {"claude-version"}};
  }
  return std::nullopt;
}

std::optional<NameMatch> in_any_case(const ListedNames& listed, const std::string& name) {
  const auto found = listed.by_lower_case.find(lower_case(name));
  if (found != listed.by_lower_case.end()) return NameMatch{found->second, {"any-case"}};
  for (const std::string& other : respell_claude_version(name)) {
    const auto respelled = listed.by_lower_case.find(lower_case(other));
    if (respelled == listed.by_lower_case.end()) continue;
    return NameMatch{respelled->second, {"claude-version", "any-case"}};
  }
  return std::nullopt;
}

// Dropping alone comes first, then the other ways of writing a name. Each of those tries the whole
// name before its parts: "GPT-4O-2024-05-13" is listed, and "gpt-4o" has another price.
std::optional<NameMatch> listed_name(const ListedNames& listed, std::string_view model) {
  const auto candidates = name_candidates(model);
  for (const auto look_up : {as_written, as_alias, as_claude_version, in_any_case}) {
    for (const NameCandidate& candidate : candidates) {
      auto found = look_up(listed, candidate.name);
      if (!found) continue;
      found->rules.insert(found->rules.begin(), candidate.rules.begin(), candidate.rules.end());
      return found;
    }
  }
  return std::nullopt;
}

// Of the models in `indices`, which stand in order of preference.
const ModelPrice* choose(const std::vector<ModelPrice>& models, const std::vector<size_t>& indices,
                         std::string_view source, std::string_view logged_name) {
  if (indices.size() > 1) {
    for (const std::string& provider : suggested_providers(source, logged_name)) {
      for (size_t i : indices) {
        if (models[i].provider == provider) return &models[i];
      }
    }
  }
  return &models[indices.front()];
}

}  // namespace

const PriceTable& PriceTable::embedded() {
  static const PriceTable table = parse(kEmbeddedPrices, "embedded price list");
  return table;
}

PriceTable PriceTable::parse(std::string_view json, const std::string& name) {
  PriceList list = parse_price_list(json, name);
  PriceTable table;
  table.snapshot_ = std::move(list.snapshot);
  table.models_ = std::move(list.models);
  table.index_names();
  table.collect_bounds();
  return table;
}

void PriceTable::index_names() {
  for (size_t i = 0; i < models_.size(); ++i) by_name_[models_[i].model].push_back(i);
  for (auto& [listed, indices] : by_name_) {
    std::sort(indices.begin(), indices.end(),
              [&](size_t a, size_t b) { return is_preferred(models_[a], models_[b]); });
    by_lower_case_.emplace(lower_case(listed), listed);
  }
}

void PriceTable::collect_bounds() {
  std::set<Instant> dates;
  std::set<int64_t> sizes;
  for (const ModelPrice& price : models_) {
    for (const PriceSpan& span : price.spans) {
      if (span.from) dates.insert(*span.from);
      for (const ContextTier& tier : span.tiers) sizes.insert(tier.above_tokens);
    }
  }
  span_bounds_.assign(dates.begin(), dates.end());
  context_bounds_.assign(sizes.begin(), sizes.end());
}

PriceMatch PriceTable::find(std::string_view source, std::string_view model) const {
  const auto exact = by_name_.find(model);
  if (exact != by_name_.end()) return {choose(models_, exact->second, source, model), {"exact"}};
  auto listed = listed_name({by_name_, by_lower_case_}, model);
  if (!listed) return {};
  const auto& indices = by_name_.find(listed->name)->second;
  return {choose(models_, indices, source, model), std::move(listed->rules)};
}

std::optional<Picodollars> PriceTable::cost(const PriceFacts& facts,
                                            const TokenCounts& tokens) const {
  if (!facts.model) return std::nullopt;
  const ModelPrice* price = find(facts.source, *facts.model).price;
  const PriceSpan* span = price ? span_at(*price, span_bounds_, facts.span_side) : nullptr;
  if (!span) return std::nullopt;
  const Rates& rates = rates_at(*span, facts, context_bounds_);
  const Fraction fast = multiplier_of(*span, facts.speed, "fast");
  const Fraction us = multiplier_of(*span, facts.inference_geo, "us");
  const auto part = [&](int64_t rate, int64_t count) { return scaled(rate, fast, us) * count; };
  return Picodollars{part(rates.input, tokens.input) + part(rates.output, tokens.output) +
                     part(rates.cache_read, tokens.cache_read) +
                     part(rates.cache_create_5m, tokens.cache_create_5m) +
                     part(rates.cache_create_1h, tokens.cache_create_1h) +
                     part(span->web_search_request, tokens.web_search_requests)};
}

}  // namespace relayburn
