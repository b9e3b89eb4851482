#pragma once
// What somebody else says that something cost, beside what we logged of exactly the same.

#include <cstdint>
#include <optional>
#include <string>

#include "core/pricing/money.h"

namespace relayburn {

struct Compared {
  Picodollars total;
  bool total_is_lower_bound = false;
  Picodollars logged;
  int64_t unpriced_turns = 0;  // whose cost is missing in `logged`, which is a lower bound then

  void add_logged(Picodollars cost, int64_t turns_without_price) {
    logged += cost;
    unpriced_turns += turns_without_price;
  }

  // Both sides are lower bounds, so nothing follows from them.
  bool is_open() const { return unpriced_turns > 0 && total_is_lower_bound; }
  // What is not logged; negative where more is logged than the other side knows of.
  Picodollars unlogged() const { return {total.amount - logged.amount}; }

  // logged / total in parts of a million, rounded half up; nullopt where there is nothing to divide
  // by.
  std::optional<int64_t> coverage() const;
  // Exact, also between two millionths. True where the total is 0: nothing can be missing.
  bool covers(int64_t millionths) const;
};

// "85 %" with so many decimals; "≥ 85 %" or "≤ 85 %" where one side is a lower bound; "" where both
// are, or where there is no coverage.
std::string coverage_text(const Compared& compared, int decimals);

// "$93.24", "≥ $93.24".
std::string total_text(const Compared& compared);
std::string logged_text(const Compared& compared);

// "logged $93.24 of $110.29 that the agents state (85 %)"
std::string stated_text(const Compared& agent);

}  // namespace relayburn
