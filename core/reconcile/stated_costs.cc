#include "core/reconcile/stated_costs.h"

#include <algorithm>
#include <tuple>

#include "core/billing/amount.h"
#include "core/reconcile/model_key.h"
#include "core/records/described.h"

namespace relayburn {
namespace {

// Totals only grow, so of two that were stated at one time the greater is the later one.
bool is_later(const StatedCost& a, const StatedCost& b) {
  return std::tie(a.stated_at, a.total) > std::tie(b.stated_at, b.total);
}

// An amount that cannot be read, or is negative, states nothing.
std::optional<Picodollars> stated_amount(std::string_view text) {
  const auto amount = parse_amount(text, AmountUnit::Dollars);
  return amount && amount->amount >= 0 ? amount : std::nullopt;
}

// Several names of a model ("…", "…[1m]") are summed: each has its own total.
StatedCost& operator+=(StatedCost& sum, const StatedCost& other) {
  sum.total += other.total;
  sum.is_lower_bound = sum.is_lower_bound || other.is_lower_bound;
  sum.stated_at = std::max(sum.stated_at, other.stated_at);
  return sum;
}

}  // namespace

SessionName session_name(OptText source, OptText session) {
  return {std::string(source.value_or("")), std::string(session.value_or(""))};
}

void SessionTotals::load(Snapshot& snapshot) {
  if (snapshot.count(Kind::SessionCost) == 0) return;
  std::map<std::pair<SessionName, std::string>, StatedCost> by_model;
  snapshot.scan(Kind::SessionCost, {}, [&](Row row) {
    const SessionCost record = from_row<SessionCost>(row);
    const auto amount = stated_amount(record.cost_usd);
    if (record.is_void || !amount) return;
    const StatedCost stated{*amount, record.has_unknown_cost, record.ts};
    const SessionName name = session_name(record.source, record.session_id);
    if (record.model) {
      const auto [place, is_new] = by_model.try_emplace({name, std::string(*record.model)}, stated);
      if (!is_new && is_later(stated, place->second)) place->second = stated;
      return;
    }
    const auto [place, is_new] = sessions_.try_emplace(name, Session{stated, {}});
    if (!is_new && is_later(stated, place->second.whole)) place->second.whole = stated;
  });
  for (const auto& [key, stated] : by_model) {
    const auto session = sessions_.find(key.first);
    if (session != sessions_.end()) session->second.by_model[model_key(key.second)] += stated;
  }
}

const SessionTotals::Session* SessionTotals::find(const SessionName& name) const {
  const auto found = sessions_.find(name);
  return found == sessions_.end() ? nullptr : &found->second;
}

void TurnCosts::load(Snapshot& snapshot, const ScanFilter& filter, const SessionTotals& totals) {
  snapshot.scan(Kind::Turn, filter, [&](Row row) {
    const Turn turn = from_row<Turn>(row);
    if (turn.is_void || !turn.reported_cost_usd) return;
    const auto amount = stated_amount(*turn.reported_cost_usd);
    if (amount && totals.find(session_name(turn.source, turn.session_id)) == nullptr)
      costs_.emplace(turn.id, *amount);
  });
}

std::optional<Picodollars> TurnCosts::find(const Key& turn) const {
  const auto found = costs_.find(turn);
  return found == costs_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace relayburn
