#include "core/report/build/price_audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/pricing/price_words.h"

namespace relayburn {
namespace {

// What tells two lines apart; a line's own rates follow from it.
auto identity_of(const AuditLine& line) {
  const AppliedPrice price = line.price.value_or(AppliedPrice{});
  return std::tuple(line.model, line.price.has_value(), price.provider, price.model, price.from,
                    price.above_tokens, price.service_tier, price.is_plan, price.is_peak,
                    Multipliers(price.multipliers));
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

Charge PriceAudit::price_and_record(const Group& group, const GroupSums& sums) {
  AuditLine& line = line_of(group);
  line.sums += sums;
  if (line.price) return {line.price->cost(sums), true};
  // A search by itself is no turn: nothing of it is unpriced where its provider has a fee.
  return {line.searches_cost(sums), sums.turns == 0};
}

// Groups of one model have one line, or two where the hour decides.
AuditLine& PriceAudit::line_of(const Group& group) {
  spell(group);
  AuditLine& line = line_at(group, std::nullopt);
  const PeakHours* peak = line.price ? line.price->open_peak : nullptr;
  if (peak == nullptr || !group.quarter) return line;
  spelled_ += peak->holds_at(*group.quarter) ? " peak" : " off-peak";
  return line_at(group, group.quarter);
}

void PriceAudit::spell(const Group& group) {
  spelled_.clear();
  for (const OptText& part : {group.source, group.model, group.service_tier, group.speed,
                              group.inference_geo, group.plan}) {
    spelled_ += part ? '=' : '-';
    spelled_ += part.value_or("");
    spelled_ += '\0';
  }
  spelled_ += std::to_string(group.span_side) + ' ' + std::to_string(group.context_side);
}

AuditLine& PriceAudit::line_at(const Group& group, std::optional<Instant> quarter) {
  const auto [place, is_new] = lines_.try_emplace(spelled_);
  if (!is_new) return place->second;
  PriceFacts facts;
  facts.source = group.source.value_or("");
  facts.model = group.model;
  facts.service_tier = group.service_tier;
  facts.speed = group.speed;
  facts.inference_geo = group.inference_geo;
  facts.plan = group.plan;
  facts.quarter = quarter;
  facts.span_side = group.span_side;
  facts.context_side = group.context_side;
  if (group.model) place->second.model = std::string(*group.model);
  place->second.price = prices_.apply(facts);
  place->second.search_fee = prices_.search_fee(facts.source, facts.model);
  return place->second;
}

std::vector<UnpricedTerm> PriceAudit::unpriced_terms() const {
  std::map<std::pair<std::string, std::string>, int64_t> turns;
  for (const auto& [spelled, line] : lines_)
    if (line.price)
      for (const std::string& term : line.price->unpriced_terms)
        turns[{line.model.value_or(""), term}] += line.sums.turns;
  std::vector<UnpricedTerm> terms;
  for (const auto& [key, count] : turns) terms.push_back({key.first, key.second, count});
  return terms;
}

bool PriceAudit::needs_quarter() const {
  return std::any_of(lines_.begin(), lines_.end(), [](const auto& each) {
    const AuditLine& line = each.second;
    return line.price && line.price->open_peak != nullptr && line.sums != GroupSums{};
  });
}

std::vector<std::string> PriceAudit::assumed_overrides() const {
  std::set<std::string> names;
  for (const auto& [spelled, line] : lines_)
    if (line.price && line.price->origin == PriceOrigin::Override && line.has_assumed_rate())
      names.insert(line.price->provider + "/" + line.price->model);
  return {names.begin(), names.end()};
}

std::vector<AuditLine> PriceAudit::lines() const {
  std::map<decltype(identity_of(AuditLine{})), AuditLine> folded;
  for (const auto& [spelled, line] : lines_) {
    if (line.sums == GroupSums{}) continue;
    const auto [place, is_new] = folded.try_emplace(identity_of(line), line);
    if (!is_new) place->second.sums += line.sums;
  }
  std::vector<AuditLine> lines;
  for (auto& [identity, line] : folded) lines.push_back(std::move(line));
  std::stable_sort(lines.begin(), lines.end(), is_dearer);
  return lines;
}

}  // namespace relayburn
