#pragma once
// What was spent of a budget so far, and what that comes to by the end of its period.

#include <string_view>

#include "core/report/build/report.h"

namespace relayburn {

// "500/month", "80.50/week", "20/day": US dollars for each calendar period of the zone. Throws
// Error{Usage}.
Budget parse_budget(std::string_view text);

// Of the period that holds `moment`, up to `moment`; a moment where two periods meet ends the
// first. Projected linearly by the time that has passed.
BudgetReport check_budget(const Budget& budget, const ReportFilters& filters, Instant moment,
                          Snapshot& snapshot, const PriceTable& prices, const Zone& zone);

// The periods around `present`. `newest_ingest` and `hosts` are what the ledger knows of its hosts.
Headline make_headline(const ReportFilters& filters, Instant present,
                       std::optional<Instant> newest_ingest, int64_t hosts, Snapshot& snapshot,
                       const PriceTable& prices, const Zone& zone);

}  // namespace relayburn
