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
  for (auto& [name, indices] : by_name_) {
    std::sort(indices.begin(), indices.end(),
              [&](size_t a, size_t b) { return is_preferred(models_[a], models_[b]); });
    by_lower_case_.emplace(lower_case(name), name);
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

// Where a name is written in another way, the whole name is tried in that way before a part of it
// is dropped: "GPT-4O-2024-05-13" is listed, and "gpt-4o" has another price. But no other way of
// writing is tried while dropping alone finds a name.
std::optional<PriceTable::NameMatch> PriceTable::listed_name(std::string_view model) const {
  if (by_name_.contains(model)) return NameMatch{std::string(model), {"exact"}};
  const auto candidates = name_candidates(model);
  for (const auto look_up : {&PriceTable::as_written, &PriceTable::as_alias,
                             &PriceTable::as_claude_version, &PriceTable::in_any_case}) {
    for (const NameCandidate& candidate : candidates) {
      auto found = (this->*look_up)(candidate.name);
      if (!found) continue;
      found->rules.insert(found->rules.begin(), candidate.rules.begin(), candidate.rules.end());
      return found;
    }
  }
  return std::nullopt;
}

std::optional<PriceTable::NameMatch> PriceTable::as_written(std::string_view name) const {
  if (!by_name_.contains(name)) return std::nullopt;
  return NameMatch{std::string(name), {}};
}

std::optional<PriceTable::NameMatch> PriceTable::as_alias(std::string_view name) const {
  const auto other = model_alias(name);
  if (!other || !by_name_.contains(*other)) return std::nullopt;
  return NameMatch{std::string(*other), {"alias"}};
}

std::optional<PriceTable::NameMatch> PriceTable::as_claude_version(std::string_view name) const {
  for (std::string& other : respell_claude_version(name)) {
    if (by_name_.contains(other)) return NameMatch{std::move(other), {"claude-version"}};
  }
  return std::nullopt;
}

std::optional<PriceTable::NameMatch> PriceTable::in_any_case(std::string_view name) const {
  const auto found = by_lower_case_.find(lower_case(name));
  if (found != by_lower_case_.end()) return NameMatch{found->second, {"any-case"}};
  for (const std::string& other : respell_claude_version(name)) {
    const auto respelled = by_lower_case_.find(lower_case(other));
    if (respelled == by_lower_case_.end()) continue;
    return NameMatch{respelled->second, {"claude-version", "any-case"}};
  }
  return std::nullopt;
}
