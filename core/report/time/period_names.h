#pragma once

#include <optional>
#include <string>

#include "core/report/time/zone.h"

namespace relayburn {

// The bounds of a period as people read them. Whole days are named by the first and the last of
// them, "2026-11-01" and "2026-11-30"; what lies within a day is a time of the zone,
// "2026-11-22 13:05". Absent where the period is open.
struct PeriodNames {
  std::optional<std::string> first, last;
};

// From `since` (inclusive) to `until` (exclusive).
PeriodNames name_period(std::optional<Instant> since, std::optional<Instant> until,
                        const Zone& zone);

}  // namespace relayburn
