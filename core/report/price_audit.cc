#include "core/report/price_audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/pricing/price_words.h"

namespace relayburn {
namespace {

// What tells two lines apart; a line's own rates follow from it.
auto identity_of(const AuditLine& line) {
  using Multipliers = decltype(AppliedPrice::multipliers);
  const AppliedPrice price = line.price.value_or(AppliedPrice{});
  return std::tuple(line.model, line.price.has_value(), price.provider, price.model, price.from,
                    price.above_tokens, price.service_tier, Multipliers(price.multipliers));
}

bool is_dearer(const AuditLine& a, const AuditLine& b) {
  const auto cost = [](const AuditLine& line) { return line.cost(); };
  return cost(a) > cost(b);  // nullopt is less than any cost
}

}  // namespace

bool AuditLine::has_assumed_rate() const {
  return price && std::any_of(kTokenClasses.begin(), kTokenClasses.end(), [&](const auto& each) {
           return sums.*each.count > 0 && is_assumed(price->listed, each);
         });
}

std::optional<Picodollars> PriceAudit::cost(const Group& group, const GroupSums& sums) {
  AuditLine& line = line_of(group);
  line.sums += sums;
  return line.price ? std::optional(line.price->cost(sums)) : std::nullopt;
}

AuditLine& PriceAudit::line_of(const Group& group) {
  spelled_.clear();
  for (const OptText& part :
       {group.source, group.model, group.service_tier, group.speed, group.inference_geo}) {
    spelled_ += part ? '=' : '-';
    spelled_ += part.value_or("");
    spelled_ += '\0';
  }
  spelled_ += std::to_string(group.span_side) + ' ' + std::to_string(group.context_side);
  const auto [place, is_new] = lines_.try_emplace(spelled_);
  if (!is_new) return place->second;
  PriceFacts facts;
  facts.source = group.source.value_or("");
  facts.model = group.model;
  facts.service_tier = group.service_tier;
  facts.speed = group.speed;
  facts.inference_geo = group.inference_geo;
  facts.span_side = group.span_side;
  facts.context_side = group.context_side;
  if (group.model) place->second.model = std::string(*group.model);
  place->second.price = prices_.apply(facts);
  return place->second;
}

std::vector<std::string> PriceAudit::assumed_overrides() const {
  std::set<std::string> names;
  for (const auto& [spelled, line] : lines_)
    if (line.price && line.price->is_override && line.has_assumed_rate())
      names.insert(line.price->provider + "/" + line.price->model);
  return {names.begin(), names.end()};
}

std::vector<AuditLine> PriceAudit::lines() const {
  std::map<decltype(identity_of(AuditLine{})), AuditLine> folded;
  for (const auto& [spelled, line] : lines_) {
    const auto [place, is_new] = folded.try_emplace(identity_of(line), line);
    if (!is_new) place->second.sums += line.sums;
  }
  std::vector<AuditLine> lines;
  for (auto& [identity, line] : folded) lines.push_back(std::move(line));
  std::stable_sort(lines.begin(), lines.end(), is_dearer);
  return lines;
}

}  // namespace relayburn
