#pragma once
// Compares what the logs show with what the agents state and the providers bill. Each comparison is
// of like with like:
//
// - With a session's total stands what is logged of that session up to the time of the total,
//   where it has one. A total belongs to no part of its session, so it counts in a row (a day, a
//   project, a model) only where everything logged of the session is in that row, and in the totals
//   only where everything is in the period and passes the filters. Where the agent states totals by
//   model, those count in the rows of the models.
// - With the cost that an agent states for a turn stands that turn.
// - With what a provider billed stands what is logged of that provider on the days of the reports.

#include <optional>
#include <string>
#include <vector>

#include "core/billing/bill.h"
#include "core/report/build/compared.h"
#include "core/report/build/report.h"

namespace relayburn {

struct ComparedTokens {
  TokenCounts billed;
  TokenCounts logged;

  // logged / billed, of all classes together, in parts of a million, rounded half up; nullopt where
  // nothing was billed.
  std::optional<int64_t> coverage() const;
};
// All classes that are billed; reasoning is a part of the output.
int64_t billed_tokens(const TokenCounts& counts);

struct ReconciledRow {
  std::optional<std::string> name;
  std::vector<std::string> names;  // by model: as the logs and the reports spell it
  Figures figures;                 // logged
  std::optional<Compared> agent;   // nullopt: no agent states anything
  int64_t stated_sessions = 0;
  std::optional<Compared> bill;  // nullopt: no report says
  std::optional<ComparedTokens> tokens;

  // Returns the total that unlogged and coverage refer to.
  const std::optional<Compared>& compared() const { return bill ? bill : agent; }
};

struct Reconciliation {
  std::string storage;
  std::string timezone;
  std::string price_snapshot;
  bool has_price_overrides = false;
  PriceSource price_source;
  ReportQuery query;
  PeriodNames period;
  Dimension by;
  ReconciledRow totals;
  std::vector<ReconciledRow> rows;
};

// The query has one table of one dimension: session, day, model or project. Where there are reports
// the zone must be UTC and the bounds must be midnights, or days would be compared with other days.
Reconciliation reconcile(const ReportQuery& query, const Bill& bill, Snapshot& snapshot,
                         const PriceTable& prices, const Zone& zone);

// Returns what agents state for the sessions and turns of the query, and what is logged of these;
// nullopt where they state nothing. The totals of reconcile() have the same figures. Turns are read
// one by one only of agents that state a cost for each.
std::optional<Compared> compare_stated_costs(const ReportQuery& query, Snapshot& snapshot,
                                             const PriceTable& prices, const Zone& zone);

}  // namespace relayburn
