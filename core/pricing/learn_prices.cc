#include "core/pricing/learn_prices.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/pricing/complete_price.h"

namespace relayburn {
namespace {

__extension__ using Wide = __int128;

// Free from one day to the next is a thousandth, too; what was free has no measure.
bool is_far_off(std::optional<int64_t> before, std::optional<int64_t> now) {
  constexpr Wide kFar = 1000;
  if (!before || !now || *before == 0) return false;
  return *now >= kFar * *before || *now * kFar <= *before;
}

std::optional<std::string> far_off_rate(const StatedRates& before, const StatedRates& now) {
  for (const RateKey& each : kRateKeys)
    if (is_far_off(before.*each.rate, now.*each.rate))
      return std::string(each.key) + " would be $" + decimal_text(*(now.*each.rate), 6) +
             " instead of $" + decimal_text(*(before.*each.rate), 6);
  return std::nullopt;
}

std::optional<std::string> far_off_tier(const ContextRates& before, const ContextRates& now) {
  for (const auto& [above, rates] : now)
    if (const auto known = before.find(above); known != before.end())
      if (auto problem = far_off_rate(known->second, rates))
        return "above " + std::to_string(above) + " tokens " + *problem;
  return std::nullopt;
}

std::optional<std::string> far_off(const StatedPrice& before, const StatedPrice& now) {
  if (auto problem = far_off_rate(before.rates, now.rates)) return problem;
  if (auto problem = far_off_tier(before.tiers, now.tiers)) return problem;
  for (const auto& [name, tier] : now.service_tiers) {
    const auto known = before.service_tiers.find(name);
    if (known == before.service_tiers.end()) continue;
    auto problem = far_off_rate(known->second.rates, tier.rates);
    if (!problem) problem = far_off_tier(known->second.tiers, tier.tiers);
    if (problem) return "at " + name + " " + *problem;
  }
  if (is_far_off(before.web_search_request, now.web_search_request))
    return std::string("a web search would cost 1,000 times as much, or a thousandth");
  return std::nullopt;
}

class Learning {
 public:
  Learning(const KnownPrices& known, const PriceFeed& feed, const LearnOptions& options)
      : known_(known), feed_(feed), options_(options) {
    result_.refused = feed.unusable;
  }

  LearnedPrices run() {
    if (!options_.is_forced) check_coverage();
    for (const ListedPrice& listed : feed_.prices)
      feed_.is_dated ? learn_dated(listed) : learn_undated(listed);
    const auto name = [](const auto& each) { return std::tie(each.provider, each.model); };
    std::ranges::stable_sort(result_.changes, {}, name);
    std::ranges::stable_sort(result_.refused, {}, name);
    return std::move(result_);
  }

 private:
  // Whoever keeps a list drops old models from it now and then, but not most of them at once.
  void check_coverage() const {
    std::set<std::pair<std::string, std::string>> listed;
    for (const ListedPrice& each : feed_.prices)
      listed.emplace(each.provider, family_of(each.model));
    for (const UnusablePrice& each : feed_.unusable)
      listed.emplace(each.provider, family_of(each.model));
    size_t known = 0, found = 0;
    for (const auto& family : known_.families()) {
      if (!feed_.is_dated && !detail::is_maker(family.first)) continue;
      ++known;
      found += listed.contains(family);
    }
    if (2 * found >= known) return;
    throw Error(ErrorKind::Usage,
                "it has only " + std::to_string(found) + " of " + std::to_string(known) +
                    " models that are known",
                "--force takes it nevertheless");
  }

  // Dates ascend. A price that was learned holds on, so one that would be back later must be
  // learned too, even if it was known to hold by then.
  void learn_dated(const ListedPrice& listed) {
    if (listed.from.empty() && known_.has(listed.provider, listed.model))
      return compare_undated(listed);
    const size_t before = result_.changes.size();
    learn(listed, listed.from, known_.on(listed.provider, listed.model, listed.from),
          {listed.price, {}});
    if (result_.changes.size() > before) known_.put(listed);
  }

  void learn_undated(const ListedPrice& listed) {
    const StatedPrice* in_force = known_.on(listed.provider, listed.model, options_.day);
    if (in_force != nullptr)
      return learn(listed, options_.day, in_force, complete_price(listed, *in_force));
    const bool is_new = !known_.has(listed.provider, listed.model) && !listed.released.empty();
    learn(listed, is_new ? listed.released : options_.day, nullptr, {listed.price, {}});
  }

  // A price without a date would change all days before the next one.
  void compare_undated(const ListedPrice& listed) {
    const StatedPrice* known = known_.on(listed.provider, listed.model, "");
    if (known == nullptr || price_json(*known) == price_json(listed.price))
      return count_unchanged();
    result_.refused.push_back({listed.provider, listed.model, "",
                               "it has no date, and the model has another price from its first "
                               "day on"});
  }

  void count_unchanged() { ++result_.unchanged; }

  void learn(const ListedPrice& listed, const std::string& from, const StatedPrice* before,
             CompletePrice complete) {
    PriceChange change{
        listed.provider,          listed.model, from, price_json(complete.price), std::nullopt,
        std::move(complete.notes)};
    if (before != nullptr) change.before = price_json(*before);
    if (change.before == change.rates) return count_unchanged();
    if (auto problem = problem_with(change, before, complete.price))
      result_.refused.push_back({listed.provider, listed.model, from, *problem});
    else
      result_.changes.push_back(std::move(change));
  }

  std::optional<std::string> problem_with(const PriceChange& change, const StatedPrice* before,
                                          const StatedPrice& now) const {
    if (before != nullptr && !options_.is_forced)
      if (auto problem = far_off(*before, now)) return *problem + " (--force takes it)";
    return problem_of(change.provider, change.model, change.from_date, change.rates);
  }

  KnownPrices known_;  // and what was learned so far
  const PriceFeed& feed_;
  const LearnOptions& options_;
  LearnedPrices result_;
};

}  // namespace

LearnedPrices learn_prices(const KnownPrices& known, const PriceFeed& feed,
                           const LearnOptions& options) {
  return Learning(known, feed, options).run();
}

}  // namespace relayburn
