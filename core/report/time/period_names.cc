#include "core/report/time/period_names.h"

namespace relayburn {
namespace {

// Where midnight is skipped a day begins later.
bool begins_day(Instant instant, const Zone& zone) {
  return zone.day({instant.us - 1}) != zone.day(instant);
}

std::string time_text(Instant instant, const Zone& zone) {
  return zone.day(instant) + " " + zone.clock_time(instant);
}

}  // namespace

PeriodNames name_period(std::optional<Instant> since, std::optional<Instant> until,
                        const Zone& zone) {
  PeriodNames names;
  if (since) names.first = begins_day(*since, zone) ? zone.day(*since) : time_text(*since, zone);
  if (until)
    names.last = begins_day(*until, zone) ? zone.day({until->us - 1}) : time_text(*until, zone);
  return names;
}

}  // namespace relayburn
