#pragma once
// Adds one row of a reconciliation up.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/reconcile/reconcile.h"
#include "core/reconcile/stated_costs.h"
#include "core/report/build/figure_sum.h"

namespace relayburn {

// Holds the part of a row that is of one session with a total.
struct SessionPart {
  GroupSums sums;
  Picodollars logged;
  int64_t unpriced_turns = 0;

  void add(const Contribution& portion) {
    sums += portion.sums;
    logged += portion.cost;
    unpriced_turns += portion.unpriced_turns();
  }
};

struct ReconciledSum {
  FigureSum figures;
  std::set<std::string> logged_names, billed_names;  // of a model
  std::map<SessionName, SessionPart> sessions;
  std::set<SessionName> stated;  // in `agent`
  std::optional<Compared> agent;
  std::optional<Compared> bill;
  std::optional<ComparedTokens> tokens;

  Compared& the_bill() { return bill ? *bill : bill.emplace(); }
  ComparedTokens& the_tokens() { return tokens ? *tokens : tokens.emplace(); }

  void add_statement(const SessionName& name, Picodollars cost, bool is_lower_bound) {
    if (!agent) agent.emplace();
    agent->total += cost;
    agent->total_is_lower_bound = agent->total_is_lower_bound || is_lower_bound;
    stated.insert(name);
  }

  // A day of a report on which nothing was used is no row.
  bool is_nothing() const {
    return figures.figures().sums == GroupSums() && !agent &&
           (!bill || bill->total == Picodollars{}) && (!tokens || tokens->billed == TokenCounts());
  }

  ReconciledRow row() const {
    ReconciledRow row;
    std::set<std::string> names = logged_names;
    names.insert(billed_names.begin(), billed_names.end());
    row.names.assign(names.begin(), names.end());
    row.figures = figures.figures();
    row.agent = agent;
    row.stated_sessions = static_cast<int64_t>(stated.size());
    row.bill = bill;
    row.tokens = tokens;
    return row;
  }
};

}  // namespace relayburn
