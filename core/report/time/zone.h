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
  // Midnight at the beginning of the day that is so many days after that of the instant.
  Instant start_of_day_after(Instant instant, int days) const;
  // Midnight at the beginning of the ISO week, and of the month, of the instant.
  Instant start_of_week(Instant instant) const;
  Instant start_of_month(Instant instant) const;
  // The same clock time so many months before; the month's last day where it is shorter.
  Instant months_before(Instant instant, int months) const;

 private:
  struct Rules;
  Zone(std::string name, std::shared_ptr<const Rules> rules)
      : name_(std::move(name)), rules_(std::move(rules)) {}

  std::string name_;
  std::shared_ptr<const Rules> rules_;
};

// An age, as --older-than takes it: "2026-11-22" (midnight in the zone), an RFC 3339 instant, or a
// span back from `present` to the same clock time: "90m 24h 7d 4w 3mo 1y". Throws Error{Usage}
// naming `what`.
Instant parse_time_bound(std::string_view text, const Zone& zone, Instant present,
                         const std::string& what);

// T of --since and --until: the same, and the beginning of a period: "2026-08", "today",
// "yesterday", "week" and "last-week" (from Monday), "month" and "last-month". A span of days,
// weeks, months or years begins at midnight and ends with today: "7d" is today and the six days
// before, "1mo" on 2026-11-29 begins on 2026-10-30. Minutes and hours go back from now.
Instant parse_period_bound(std::string_view text, const Zone& zone, Instant present,
                           const std::string& what);

}  // namespace relayburn
