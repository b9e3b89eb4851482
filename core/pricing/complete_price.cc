#include "core/pricing/complete_price.h"

#include <algorithm>

namespace relayburn {
namespace {

using Rate = std::optional<int64_t> StatedRates::*;
using Type = JsonTree::Type;
__extension__ using Wide = __int128;

// value × above / below, where that is whole.
std::optional<int64_t> scaled(int64_t value, int64_t above, int64_t below) {
  if (below == 0) return value == 0 ? std::optional<int64_t>(0) : std::nullopt;
  const Wide product = Wide{value} * above;
  if (product % below != 0) return std::nullopt;
  return static_cast<int64_t>(product / below);
}

// The base rates of a model that others are ratios of: before and now.
struct BaseChange {
  const StatedRates& before;
  const StatedRates& now;

  // A rate that is in the same ratio to the base as before; nullopt where there is no such.
  std::optional<int64_t> follow(Rate rate, int64_t value) const {
    const auto& old_base = before.*rate;
    const auto& new_base = now.*rate;
    if (!old_base || !new_base) return std::nullopt;
    return scaled(value, *new_base, *old_base);
  }
};

// Each rate by the ratio of its own class.
std::optional<StatedRates> follow_by_class(const StatedRates& rates, const BaseChange& change) {
  StatedRates followed;
  for (const RateKey& each : kRateKeys) {
    if (!(rates.*each.rate)) continue;
    followed.*each.rate = change.follow(each.rate, *(rates.*each.rate));
    if (!(followed.*each.rate)) return std::nullopt;
  }
  return followed;
}

// All rates by one factor, that of the input, which all of them must have had before.
std::optional<StatedRates> follow_by_factor(const StatedRates& rates, const BaseChange& change) {
  if (!rates.input || !change.before.input || *change.before.input == 0) return std::nullopt;
  StatedRates followed;
  for (const RateKey& each : kRateKeys) {
    const auto& rate = rates.*each.rate;
    const auto& old_base = change.before.*each.rate;
    const auto& new_base = change.now.*each.rate;
    if (!rate) continue;
    if (!old_base || !new_base ||
        Wide{*rate} * *change.before.input != Wide{*old_base} * *rates.input)
      return std::nullopt;
    followed.*each.rate = scaled(*new_base, *rates.input, *change.before.input);
    if (!(followed.*each.rate)) return std::nullopt;
  }
  return followed;
}

bool states_otherwise(const StatedRates& stated, const StatedRates& in_force) {
  return std::ranges::any_of(kRateKeys, [&](const RateKey& each) {
    return stated.*each.rate && stated.*each.rate != in_force.*each.rate;
  });
}

class Completion {
 public:
  Completion(const ListedPrice& listed, const StatedPrice& in_force)
      : stated_(listed.price), in_force_(in_force), result_{listed.price, {}} {
    if (listed.has_vague_tier) take_over_bound();
    is_changed_ = states_otherwise(stated_.rates, in_force.rates);
  }

  CompletePrice run() {
    complete_base();
    complete_context_tiers();
    for (const auto& [name, tier] : in_force_.service_tiers) complete_service_tier(name, tier);
    for (const auto& [name, factor] : in_force_.multipliers)
      price().multipliers.emplace(name, factor);
    if (!price().web_search_request) price().web_search_request = in_force_.web_search_request;
    for (const auto& [key, value] : in_force_.others) take_over_other(key, value);
    return std::move(result_);
  }

 private:
  StatedPrice& price() { return result_.price; }
  void note(const std::string& text) { result_.notes.push_back(text); }
  BaseChange base_change() { return {in_force_.rates, price().rates}; }

  void take_over_bound() {
    if (in_force_.tiers.size() != 1) return;
    const StatedRates rates = price().tiers.begin()->second;
    price().tiers = {{in_force_.tiers.begin()->first, rates}};
  }

  // Rates of the cache go with the input. Where they do not, the rule for missing rates holds.
  void complete_base() {
    for (const RateKey& each : kRateKeys) {
      auto& rate = price().rates.*each.rate;
      const auto& before = in_force_.rates.*each.rate;
      if (rate || !before) continue;
      rate = is_changed_ ? scaled(*before, *price().rates.input, *in_force_.rates.input) : before;
      if (!rate) note(std::string(each.key) + " is not stated, and no longer known");
      if (rate && rate != before) note(std::string(each.key) + " is not stated, and follows input");
    }
  }

  void complete_context_tiers() {
    for (auto& [above, rates] : price().tiers) complete_tier(rates, tier_in_force(above));
    if (!price().tiers.empty()) return;
    for (const auto& [above, rates] : in_force_.tiers) {
      const auto followed = is_changed_ ? follow_by_class(rates, base_change()) : rates;
      if (followed)
        price().tiers[above] = *followed;
      else
        note("the rates above " + std::to_string(above) + " tokens are dropped");
    }
  }

  const StatedRates* tier_in_force(int64_t above) const {
    const auto found = in_force_.tiers.find(above);
    return found == in_force_.tiers.end() ? nullptr : &found->second;
  }

  // What the list leaves out of a tier that it states and that has not changed.
  static void complete_tier(StatedRates& rates, const StatedRates* in_force) {
    if (in_force == nullptr || states_otherwise(rates, *in_force)) return;
    for (const RateKey& each : kRateKeys)
      if (!(rates.*each.rate)) rates.*each.rate = in_force->*each.rate;
  }

  void complete_service_tier(const std::string& name, const StatedTier& in_force) {
    const auto stated = price().service_tiers.find(name);
    if (stated == price().service_tiers.end()) return take_over_service_tier(name, in_force);
    StatedTier& tier = stated->second;
    const bool is_same = !states_otherwise(tier.rates, in_force.rates);
    complete_tier(tier.rates, &in_force.rates);
    if (!tier.tiers.empty()) {
      for (auto& [above, rates] : tier.tiers)
        if (const auto found = in_force.tiers.find(above); found != in_force.tiers.end())
          complete_tier(rates, &found->second);
    } else if (is_same && !is_changed_) {
      tier.tiers = in_force.tiers;
    } else {
      const BaseChange change{in_force.rates, tier.rates};
      for (const auto& [above, rates] : in_force.tiers)
        if (const auto followed = follow_by_class(rates, change)) tier.tiers[above] = *followed;
    }
  }

  void take_over_service_tier(const std::string& name, const StatedTier& in_force) {
    const auto followed = is_changed_ ? follow_service_tier(in_force) : in_force;
    if (followed)
      price().service_tiers[name] = *followed;
    else
      note("the service tier " + name + " is dropped");
  }

  std::optional<StatedTier> follow_service_tier(const StatedTier& in_force) {
    const auto rates = follow_by_factor(in_force.rates, base_change());
    if (!rates) return std::nullopt;
    StatedTier tier{*rates, {}};
    for (const auto& [above, old_rates] : in_force.tiers) {
      const StatedRates* before = tier_in_force(above);
      const auto now = price().tiers.find(above);
      if (before == nullptr || now == price().tiers.end()) return std::nullopt;
      const auto followed = follow_by_factor(old_rates, {*before, now->second});
      if (!followed) return std::nullopt;
      tier.tiers[above] = *followed;
    }
    return tier;
  }

  // Peak hours hold rates beside other facts, agents a set of rates for each.
  void take_over_other(const std::string& key, const JsonTree& value) {
    JsonTree followed = value;
    if (!is_changed_ || follow_tree(followed))
      price().others.emplace(key, std::move(followed));
    else
      note(key + " is dropped");
  }

  bool follow_tree(JsonTree& tree) {
    for (auto& [name, member] : tree.members) {
      const auto known = std::ranges::find(kRateKeys, std::string_view(name), &RateKey::key);
      if (known == kRateKeys.end()) {
        if (member.is(Type::Object) && !follow_tree(member)) return false;
        continue;
      }
      const auto rate = base_change().follow(known->rate, rate_per_million(member, name));
      if (!rate) return false;
      member.text = decimal_text(*rate, kRateDecimals);
    }
    return true;
  }

  static constexpr int kRateDecimals = 6;

  const StatedPrice& stated_;
  const StatedPrice& in_force_;
  CompletePrice result_;
  bool is_changed_ = false;
};

}  // namespace

CompletePrice complete_price(const ListedPrice& listed, const StatedPrice& in_force) {
  return Completion(listed, in_force).run();
}

}  // namespace relayburn
