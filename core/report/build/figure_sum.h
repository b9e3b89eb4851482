#pragma once
// Adds figures up for one row.

#include <optional>
#include <unordered_set>

#include "core/report/build/report.h"

namespace relayburn {

// What one group, or a share of one, brings into a row.
struct Contribution {
  GroupSums sums;
  std::optional<size_t> session;  // its number; none where no turn is counted here
  Picodollars cost;
  bool is_priced = true;  // false: no list has a price for the turns; searches may cost something

  int64_t unpriced_turns() const { return is_priced ? 0 : sums.turns; }
};

class FigureSum {
 public:
  void add(const Contribution& portion) {
    sums_ += portion.sums;
    if (portion.session) sessions_.insert(*portion.session);
    cost_ += portion.cost;
    unpriced_turns_ += portion.unpriced_turns();
  }

  void add(const FigureSum& other) {
    sums_ += other.sums_;
    sessions_.insert(other.sessions_.begin(), other.sessions_.end());
    cost_ += other.cost_;
    unpriced_turns_ += other.unpriced_turns_;
  }

  // Where no counted turn has a price there may still be a share of the cost of others.
  Figures figures() const {
    Figures figures;
    figures.sums = sums_;
    figures.sessions = static_cast<int64_t>(sessions_.size());
    figures.unpriced_turns = unpriced_turns_;
    const bool is_unpriced = sums_.turns > 0 && unpriced_turns_ == sums_.turns;
    if (!is_unpriced || cost_ > Picodollars{}) figures.cost = cost_;
    return figures;
  }

 private:
  GroupSums sums_;
  std::unordered_set<size_t> sessions_;
  Picodollars cost_;
  int64_t unpriced_turns_ = 0;
};

}  // namespace relayburn
