#include "core/pricing/price_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/pricing/model_name.h"
#include "core/pricing/price_list.h"

namespace relayburn {

extern const std::string_view kEmbeddedPrices;  // made by embed_prices.cmake

namespace {

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

// The rates of a span that hold for a call, and why these.
void choose_rates(AppliedPrice& applied, const PriceSpan& span, const PriceFacts& facts,
                  const std::vector<int64_t>& bounds) {
  applied.listed = span.rates;
  if (facts.service_tier) {
    const auto found = span.service_tiers.find(*facts.service_tier);
    if (found != span.service_tiers.end()) {
      applied.service_tier = found->first;
      applied.listed = found->second;
      return;
    }
  }
  const size_t exceeded = std::min(facts.context_side, bounds.size());
  for (const ContextTier& tier : span.tiers) {
    if (exceeded == 0 || tier.above_tokens > bounds[exceeded - 1]) continue;
    applied.above_tokens = tier.above_tokens;
    applied.listed = tier.rates;
  }
}

void choose_multipliers(AppliedPrice& applied, const PriceSpan& span, const PriceFacts& facts) {
  for (const auto& [name, logged] :
       {std::pair{"fast", facts.speed}, std::pair{"us", facts.inference_geo}}) {
    const auto found = span.multipliers.find(std::string_view(name));
    if (logged == name && found != span.multipliers.end()) applied.multipliers.insert(*found);
  }
}

// Whole, because the list was refused otherwise.
BilledRates billed_rates(const AppliedPrice& applied, const PriceSpan& span) {
  Wide numerator = 1, denominator = 1;
  for (const auto& [name, fraction] : applied.multipliers) {
    numerator *= fraction.first;
    denominator *= fraction.second;
  }
  const auto scaled = [&](int64_t price) { return Picodollars{price * numerator / denominator}; };
  const Rates& rates = applied.listed;
  return {scaled(rates.input),           scaled(rates.output),
          scaled(rates.cache_read),      scaled(rates.cache_create_5m),
          scaled(rates.cache_create_1h), scaled(span.web_search_request)};
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

// What was billed so far for the model, or for what its name meant so far.
std::vector<PriceSpan> spans_before(const PriceTable& table, const ModelPrice& price) {
  for (const ModelPrice& known : table.models())
    if (known.provider == price.provider && known.model == price.model) return known.spans;
  const PriceMatch match = table.find("", price.provider + "/" + price.model);
  return match.price ? match.price->spans : std::vector<PriceSpan>{};
}

// The new spans from the date of the first of them on, and what held before.
std::vector<PriceSpan> spans_after(std::vector<PriceSpan> known, std::vector<PriceSpan> stated) {
  const std::optional<Instant> first = stated.front().from;
  std::erase_if(known, [&](const PriceSpan& span) { return span.from >= first; });
  known.insert(known.end(), std::make_move_iterator(stated.begin()),
               std::make_move_iterator(stated.end()));
  return known;
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

PriceTable PriceTable::with_overrides(std::string_view json, const std::string& name) const {
  PriceList list = parse_price_list(json, name, ListPurpose::Overrides);
  PriceTable table = *this;
  table.has_overrides_ = true;
  for (ModelPrice& price : list.models) {
    for (PriceSpan& span : price.spans) span.is_override = true;
    price.spans = spans_after(spans_before(*this, price), std::move(price.spans));
    table.override_model(std::move(price));
  }
  table.index_names();
  table.collect_bounds();
  for (const PriceAlias& alias : list.aliases) {
    if (!table.add_alias(alias.name, alias.target))
      throw Error(ErrorKind::Usage, name + ":" + std::to_string(alias.line) + ": the alias '" +
                                        alias.name + "' stands for '" + alias.target +
                                        "', which has no price");
  }
  return table;
}

void PriceTable::override_model(ModelPrice price) {
  for (ModelPrice& known : models_)
    if (known.provider == price.provider && known.model == price.model) {
      known = std::move(price);
      return;
    }
  models_.push_back(std::move(price));
}

bool PriceTable::add_alias(const std::string& alias, const std::string& target) {
  const PriceMatch match = find("", target);
  if (!match.price) return false;
  aliases_[lower_case(alias)] = {target, match.price->model};
  return true;
}

void PriceTable::index_names() {
  by_name_.clear();
  by_lower_case_.clear();
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
  if (!aliases_.empty())
    if (PriceMatch match = find_alias(source, model); match.price) return match;
  const auto exact = by_name_.find(model);
  if (exact != by_name_.end()) return {choose(models_, exact->second, source, model), {"exact"}};
  auto listed = listed_name({by_name_, by_lower_case_}, model);
  if (!listed) return {};
  const auto& indices = by_name_.find(listed->name)->second;
  return {choose(models_, indices, source, model), std::move(listed->rules)};
}

// The user's own aliases come before listed names, but not those of a part before the whole.
PriceMatch PriceTable::find_alias(std::string_view source, std::string_view model) const {
  for (NameCandidate& candidate : name_candidates(model)) {
    const auto alias = aliases_.find(lower_case(candidate.name));
    if (alias == aliases_.end() && by_name_.contains(candidate.name)) return {};
    if (alias == aliases_.end()) continue;
    candidate.rules.emplace_back("alias");
    const auto& indices = by_name_.find(alias->second.listed)->second;
    return {choose(models_, indices, source, alias->second.target), std::move(candidate.rules)};
  }
  return {};
}

std::optional<AppliedPrice> PriceTable::apply(const PriceFacts& facts) const {
  if (!facts.model) return std::nullopt;
  PriceMatch match = find(facts.source, *facts.model);
  const PriceSpan* span =
      match.price ? span_at(*match.price, span_bounds_, facts.span_side) : nullptr;
  if (!span) return std::nullopt;
  AppliedPrice applied;
  applied.provider = match.price->provider;
  applied.model = match.price->model;
  applied.rules = std::move(match.rules);
  applied.from = span->from;
  applied.is_override = span->is_override;
  choose_rates(applied, *span, facts, context_bounds_);
  choose_multipliers(applied, *span, facts);
  applied.rates = billed_rates(applied, *span);
  return applied;
}

std::optional<Picodollars> PriceTable::cost(const PriceFacts& facts,
                                            const TokenCounts& tokens) const {
  const std::optional<AppliedPrice> applied = apply(facts);
  return applied ? std::optional(applied->cost(tokens)) : std::nullopt;
}

Picodollars AppliedPrice::cost(const TokenCounts& tokens) const {
  return {rates.input.amount * tokens.input + rates.output.amount * tokens.output +
          rates.cache_read.amount * tokens.cache_read +
          rates.cache_create_5m.amount * tokens.cache_create_5m +
          rates.cache_create_1h.amount * tokens.cache_create_1h +
          rates.web_search_request.amount * tokens.web_search_requests};
}

}  // namespace relayburn
