#pragma once
// What calls cost, and how much of each price went into it.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/pricing/price_table.h"
#include "core/report/build/group.h"
#include "core/report/build/report.h"

namespace relayburn {

struct Charge {
  Picodollars cost;
  bool is_priced = true;  // false: the cost is that of the searches alone
};

class PriceAudit {
 public:
  explicit PriceAudit(const PriceTable& prices) : prices_(prices) {}

  // Returns what the group's tokens and searches cost, and adds them to the lines.
  Charge price_and_record(const Group& group, const GroupSums& sums);

  // One for each logged name and the price that applies, dearest first, unpriced names last.
  std::vector<AuditLine> lines() const;

  // Returns what calls state and no list has a rate for, by model.
  std::vector<UnpricedTerm> unpriced_terms() const;
  // Returns true where the hour of some calls decides and their groups did not state it.
  bool needs_quarter() const;

  // The prices of people's own lists ("anthropic/claude-opus-4-6") that have no rate for some of
  // the tokens which they were applied to.
  std::vector<std::string> assumed_overrides() const;

 private:
  AuditLine& line_of(const Group& group);
  AuditLine& line_at(const Group& group, std::optional<Instant> quarter);
  void spell(const Group& group);

  const PriceTable& prices_;
  std::unordered_map<std::string, AuditLine> lines_;  // by what a price depends on
  std::string spelled_;
};

}  // namespace relayburn
