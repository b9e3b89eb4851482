#pragma once
// What calls cost, and how much of each price went into it.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/pricing/price_table.h"
#include "core/report/group.h"
#include "core/report/report.h"

namespace relayburn {

class PriceAudit {
 public:
  explicit PriceAudit(const PriceTable& prices) : prices_(prices) {}

  // nullopt: unpriced. The tokens go into the lines.
  std::optional<Picodollars> cost(const Group& group, const GroupSums& sums);

  // One for each logged name and the price that applies, dearest first, unpriced names last.
  std::vector<AuditLine> lines() const;

  // The prices of people's own lists ("anthropic/claude-opus-4-6") that have no rate for some of
  // the tokens which they were applied to.
  std::vector<std::string> assumed_overrides() const;

 private:
  AuditLine& line_of(const Group& group);

  const PriceTable& prices_;
  std::unordered_map<std::string, AuditLine> lines_;  // by what a price depends on
  std::string spelled_;
};

}  // namespace relayburn
