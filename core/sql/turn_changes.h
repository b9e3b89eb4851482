#pragma once
// Which turns were written, moved away, or have copies that were, since the summary was made anew.

#include <optional>

#include "core/sql/turn_sql.h"

namespace relayburn {

struct TurnChanges {
  QuarterRanges quarters;
  bool without_time = false;
  bool are_many = false;  // as in TurnRows

  void add(const Cell& time) {
    if (time.is_null()) {
      without_time = true;
    } else {
      quarters.add({time.integer()});
    }
  }
};

// In one snapshot.
TurnChanges turn_changes(const Dialect& dialect, const SqlRunner& run);

// The turns of its quarters. Asks how many they are, unless it is known that they are many.
TurnRows changed_turns(const TurnChanges& changes, const Dialect& dialect, const SqlRunner& run);

// For turn_change: what names the quarters of these turns that were written; nullopt of those
// without a time. Each once, ascending.
std::vector<std::optional<Instant>> changed_quarters(std::vector<std::optional<Instant>> times);

}  // namespace relayburn
