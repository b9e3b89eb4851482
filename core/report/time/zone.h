#pragma once
// Days, weeks, months and hours of an IANA time zone. A zone that is not there is an error, never
// UTC.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"

namespace relayburn {

class Zone {
 public:
  // Throws Error{Usage} where the system has no such zone.
  static Zone named(const std::string& name);
  // The zone of the machine: what /etc/localtime points to; UTC where there is none.
  static Zone of_system();

  const std::string& name() const { return name_; }

  std::string day(Instant instant) const;    // 2026-11-22
  std::string week(Instant instant) const;   // 2026-W47 (ISO 8601)
  std::string month(Instant instant) const;  // 2026-11
  std::string hour(Instant instant) const;   // 2026-11-22T13+01:00
  // 13:05, and 13:05:42 where there are seconds
  std::string clock_time(Instant instant) const;

  // Midnight at the beginning of a day; where the clock skips it, the first instant of the day.
  Instant start_of_day(int year, int month, int day) const;
  // The same clock time so many months before; the month's last day where it is shorter.
  Instant months_before(Instant instant, int months) const;

 private:
  struct Rules;
  Zone(std::string name, std::shared_ptr<const Rules> rules)
      : name_(std::move(name)), rules_(std::move(rules)) {}

  std::string name_;
  std::shared_ptr<const Rules> rules_;
};

// T of --since: "2026-11-22" (midnight in the zone), an RFC 3339 instant, or "24h 7d 4w 3mo"
// before `present`. Throws Error{Usage} naming `what`.
Instant parse_time_bound(std::string_view text, const Zone& zone, Instant present,
                         const std::string& what);

}  // namespace relayburn
