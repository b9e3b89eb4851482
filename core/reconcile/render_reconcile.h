#pragma once

#include <optional>
#include <string>

#include "core/reconcile/reconcile.h"

namespace relayburn {

// A least coverage that somebody asks for, in parts of a million.
struct MinCoverage {
  int64_t millionths = 0;
};

// Whether the total coverage is known and not below. False where nothing is known: a check that
// could not be made did not hold.
bool holds(const MinCoverage& wanted, const ReconciledRow& totals);
// Why it does not, in one sentence.
std::string unmet_text(const MinCoverage& wanted, const ReconciledRow& totals);

// Aligned columns for people, and what they leave open. Names are shortened where a line would be
// wider than `width`.
std::string render_reconcile_text(const Reconciliation& result, const Bill& bill,
                                  std::optional<size_t> width);

// One JSON document (apps/schemas/reconcile.schema.json), with a newline.
std::string render_reconcile_json(const Reconciliation& result, const Bill& bill,
                                  const std::optional<MinCoverage>& wanted);

}  // namespace relayburn
