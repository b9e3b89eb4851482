#include "core/pricing/rate_choice.h"

#include <algorithm>
#include <initializer_list>

namespace relayburn {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What logs write where a call is served as usual.
bool is_standard_tier(std::string_view tier) {
  return is_one_of(tier, {"", "standard", "default", "auto"});
}
bool is_standard_geo(std::string_view geo) {
  return is_one_of(geo, {"", "global", "not_available"});
}

// Chooses the rates of a span that hold for a call, and notes why these.
class RateChoice {
 public:
  RateChoice(AppliedPrice& applied, const PriceSpan& span, const PriceFacts& facts,
             std::optional<int64_t> exceeded_bound, bool is_fast)
      : applied_(applied),
        span_(span),
        facts_(facts),
        exceeded_(exceeded_bound),
        is_fast_(is_fast) {}

  void choose() {
    choose_rates();
    choose_multipliers();
  }

 private:
  // A plan's rates know no context tiers, and a service tier is then billed without them as well.
  void choose_rates() {
    const auto agent = facts_.plan ? span_.agents.find(facts_.source) : span_.agents.end();
    if (agent != span_.agents.end()) {
      applied_.is_plan = true;
      exceeded_.reset();
    }
    if (choose_service_tier()) return;
    if (applied_.is_plan) return take(agent->second);
    if (span_.peak && choose_peak()) return;
    take(span_);
  }

  // A vendor that lists no rate of a service tier above the context bound does not serve such calls
  // in that tier: they are billed as standard ones.
  bool choose_service_tier() {
    const std::optional<std::string_view> tier = asked_tier();
    if (!tier) return false;
    const auto found = span_.service_tiers.find(*tier);
    if (found == span_.service_tiers.end()) {
      applied_.unpriced_terms.push_back("service tier " + std::string(*tier));
      return false;
    }
    const bool is_long = exceeded_ && span_.tier_at(*exceeded_) != nullptr;
    if (is_long && found->second.tier_at(*exceeded_) == nullptr) return false;
    applied_.service_tier = found->first;
    take(found->second);
    return true;
  }

  // A name that asks for the fast mode does so by a multiplier where the model has one.
  std::optional<std::string_view> asked_tier() const {
    if (is_fast_ && !span_.multipliers.contains("fast")) return "fast";
    if (!facts_.service_tier || is_standard_tier(*facts_.service_tier)) return std::nullopt;
    return facts_.service_tier;
  }

  bool choose_peak() {
    if (!facts_.quarter) applied_.open_peak = &*span_.peak;
    applied_.is_peak = facts_.quarter && span_.peak->holds_at(*facts_.quarter);
    if (applied_.is_peak) applied_.listed = span_.peak->rates;
    return applied_.is_peak;
  }

  void take(const TieredRates& tiered) {
    applied_.listed = tiered.rates;
    const ContextTier* tier = exceeded_ ? tiered.tier_at(*exceeded_) : nullptr;
    if (tier == nullptr) return;
    applied_.above_tokens = tier->above_tokens;
    applied_.listed = tier->rates;
  }

  void choose_multipliers() {
    if (is_fast_ || facts_.speed == "fast") {
      multiply("fast", is_fast_ ? "" : "speed fast");
    } else if (facts_.speed && !is_one_of(*facts_.speed, {"", "standard"})) {
      applied_.unpriced_terms.push_back("speed " + std::string(*facts_.speed));
    }
    if (facts_.inference_geo && !is_standard_geo(*facts_.inference_geo))
      multiply(*facts_.inference_geo, "inference geography " + std::string(*facts_.inference_geo));
  }

  void multiply(std::string_view name, const std::string& term) {
    const auto found = span_.multipliers.find(name);
    if (found != span_.multipliers.end()) {
      applied_.multipliers.insert(*found);
    } else if (!term.empty()) {
      applied_.unpriced_terms.push_back(term);
    }
  }

  AppliedPrice& applied_;
  const PriceSpan& span_;
  const PriceFacts& facts_;
  std::optional<int64_t> exceeded_;
  const bool is_fast_;
};

}  // namespace

const ContextTier* TieredRates::tier_at(int64_t bound) const {
  const ContextTier* found = nullptr;
  for (const ContextTier& tier : tiers)
    if (tier.above_tokens <= bound) found = &tier;
  return found;
}

// The UTC day is the day in Beijing as well in all hours that are listed so far.
bool PeakHours::holds_at(Instant instant) const {
  constexpr int64_t kMinuteUs = 60'000'000, kDayUs = 24 * 60 * kMinuteUs;
  const int64_t day = instant.us / kDayUs - (instant.us % kDayUs < 0 ? 1 : 0);
  const int64_t minute = (instant.us - day * kDayUs) / kMinuteUs;
  const int64_t weekday = ((day + 3) % 7 + 7) % 7;  // 0: Monday; 1970 began on a Thursday
  if (is_weekdays_only && weekday > 4) return false;
  if (except_dates.contains(format_instant({day * kDayUs}).substr(0, 10))) return false;
  return std::any_of(minutes.begin(), minutes.end(), [&](const auto& hours) {
    return minute >= hours.first && minute < hours.second;
  });
}

void choose_rates(AppliedPrice& applied, const PriceSpan& span, const PriceFacts& facts,
                  std::optional<int64_t> exceeded_bound, bool is_fast) {
  RateChoice(applied, span, facts, exceeded_bound, is_fast).choose();
}

BilledRates billed_rates(const AppliedPrice& applied, Picodollars search_fee) {
  Picodollars::Wide numerator = 1, denominator = 1;
  for (const auto& [name, fraction] : applied.multipliers) {
    numerator *= fraction.first;
    denominator *= fraction.second;
  }
  const auto scaled = [&](int64_t price) { return Picodollars{price * numerator / denominator}; };
  const Rates& rates = applied.listed;
  return {scaled(rates.input),           scaled(rates.output),          scaled(rates.cache_read),
          scaled(rates.cache_create_5m), scaled(rates.cache_create_1h), search_fee};
}

}  // namespace relayburn
