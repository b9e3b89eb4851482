#include "core/pricing/price_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/spelling.h"
#include "core/pricing/model_name.h"
#include "core/pricing/one_price_list.h"
#include "core/pricing/price_list.h"
#include "core/pricing/rate_choice.h"
#include "core/records/local_provider.h"

namespace relayburn {

extern const std::string_view kEmbeddedPrices;  // made by embed_prices.cmake

namespace {

// Returns the place of a provider in the order in which a bare name is looked up: who makes models
// before who also resells those of others (alibaba, opencode).
size_t standing_of(std::string_view provider) {
  constexpr std::array<std::string_view, 9> kMakers = {"anthropic", "openai",   "google",
                                                       "xai",       "deepseek", "moonshotai",
                                                       "zai",       "minimax",  "mistral"};
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
  return match.price && !match.is_fast ? match.price->spans : std::vector<PriceSpan>{};
}

// Spans of one model whose provider runs on the user's own machine: they cost nothing.
const ModelPrice& local_price() {
  static const ModelPrice price{"local", "any model", {PriceSpan{}}};
  return price;
}

bool is_served_locally(std::string_view model) {
  const size_t slash = model.find('/');
  if (slash == std::string_view::npos) return false;
  return is_local_provider(model.substr(0, slash));
}

// The name without what stands behind "-fast": "[1m]", "@default".
std::string_view without_end(std::string_view model) {
  if (const auto shorter = drop_context_suffix(model)) return *shorter;
  return drop_vertex_default(model).value_or(model);
}

bool has_fast_mode(const ModelPrice& price) {
  return std::any_of(price.spans.begin(), price.spans.end(), [](const PriceSpan& span) {
    return span.multipliers.contains("fast") || span.service_tiers.contains("fast");
  });
}

// The spans of both by date; where two begin on one date the stated one holds.
std::vector<PriceSpan> united_spans(const std::vector<PriceSpan>& known,
                                    std::vector<PriceSpan> stated) {
  std::map<std::optional<Instant>, PriceSpan> by_date;  // no date sorts before every date
  for (PriceSpan& span : stated) by_date.emplace(span.from, std::move(span));
  for (const PriceSpan& span : known) by_date.emplace(span.from, span);
  std::vector<PriceSpan> united;
  for (auto& [from, span] : by_date) united.push_back(std::move(span));
  return united;
}

// The record as a price list of one span.
PriceList list_of(const LearnedPrice& learned) {
  if (!learned.rates.starts_with('{')) throw Error(ErrorKind::Usage, "its rates are no object");
  const std::string list = one_price_list(learned.provider, learned.model,
                                          learned.from_date.value_or(""), learned.rates);
  return parse_price_list(list, "the ledger", ListPurpose::Learned);
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
  table.checked_ = std::move(list.checked);
  table.models_ = std::move(list.models);
  table.index_names();
  table.collect_bounds();
  return table;
}

PriceTable PriceTable::with_learned(const std::vector<LearnedPrice>& learned,
                                    std::vector<std::string>& problems) const {
  PriceTable table = *this;
  for (const LearnedPrice& each : learned) {
    try {
      PriceList list = list_of(each);
      for (ModelPrice& price : list.models) {
        for (PriceSpan& span : price.spans) span.origin = PriceOrigin::Ledger;
        const auto known =
            std::find_if(table.models_.begin(), table.models_.end(), [&](const ModelPrice& other) {
              return other.provider == price.provider && other.model == price.model;
            });
        // A name that the bundled list prices under another one keeps that price before the date.
        price.spans =
            united_spans(known != table.models_.end() ? known->spans : spans_before(*this, price),
                         std::move(price.spans));
        table.override_model(std::move(price));
        table.has_learned_ = true;
      }
    } catch (const Error& error) {
      problems.push_back(each.provider + "/" + each.model + ": " + error.what());
    }
  }
  table.index_names();
  table.collect_bounds();
  return table;
}

PriceTable PriceTable::with_overrides(std::string_view json, const std::string& name) const {
  PriceList list = parse_price_list(json, name, ListPurpose::Overrides);
  PriceTable table = *this;
  table.has_overrides_ = true;
  for (ModelPrice& price : list.models) {
    for (PriceSpan& span : price.spans) span.origin = PriceOrigin::Override;
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
  search_fees_.clear();
  const auto add_sizes = [&](const TieredRates& tiered) {
    for (const ContextTier& tier : tiered.tiers) sizes.insert(tier.above_tokens);
  };
  for (const ModelPrice& price : models_) {
    for (const PriceSpan& span : price.spans) {
      if (span.from) dates.insert(*span.from);
      add_sizes(span);
      for (const auto& [name, tiered] : span.service_tiers) add_sizes(tiered);
      for (const auto& [agent, tiered] : span.agents) add_sizes(tiered);
      if (span.web_search_request) {
        int64_t& fee = search_fees_[price.provider];
        fee = std::max(fee, *span.web_search_request);
      }
    }
  }
  span_bounds_.assign(dates.begin(), dates.end());
  context_bounds_.assign(sizes.begin(), sizes.end());
}

PriceMatch PriceTable::find(std::string_view source, std::string_view model) const {
  if (!aliases_.empty())
    if (PriceMatch match = find_alias(source, model); match.price) return match;
  if (is_served_locally(model)) return {&local_price(), {"local-provider"}};
  PriceMatch match = find_listed(source, model);
  if (match.price) return match;
  // A name with -fast behind it is the fast mode of the model without it, if there is one.
  const auto slow = drop_fast_suffix(without_end(model));
  if (!slow) return {};
  match = find_listed(source, *slow);
  if (!match.price || !has_fast_mode(*match.price)) return {};
  match.rules.emplace_back("fast-suffix");
  match.is_fast = true;
  return match;
}

PriceMatch PriceTable::find_listed(std::string_view source, std::string_view model) const {
  const auto exact = by_name_.find(model);
  if (exact != by_name_.end()) return {choose(models_, exact->second, source, model), {"exact"}};
  auto listed = listed_name({by_name_, by_lower_case_}, model);
  if (!listed) return {};
  const auto& indices = by_name_.find(listed->name)->second;
  return {choose(models_, indices, source, model), std::move(listed->rules)};
}

Picodollars PriceTable::provider_search_fee(std::string_view provider) const {
  const auto fee = search_fees_.find(provider);
  return fee == search_fees_.end() ? Picodollars{} : Picodollars{fee->second};
}

Picodollars PriceTable::search_fee(std::string_view source,
                                   std::optional<std::string_view> model) const {
  return provider_search_fee(provider_of(source, model));
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
  applied.origin = span->origin;
  const size_t exceeded = std::min(facts.context_side, context_bounds_.size());
  const auto bound = exceeded > 0 ? std::optional(context_bounds_[exceeded - 1]) : std::nullopt;
  choose_rates(applied, *span, facts, bound, match.is_fast);
  applied.rates =
      billed_rates(applied, span->web_search_request ? Picodollars{*span->web_search_request}
                                                     : provider_search_fee(applied.provider));
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
