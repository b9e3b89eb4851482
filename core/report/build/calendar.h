#pragma once
// Days of the calendar as tables name them, "2026-11-22"; no zone and no clock is involved.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/build/report.h"
#include "core/report/time/zone.h"

namespace relayburn {

std::chrono::sys_days calendar_day(std::string_view day);
// The day so many days later (earlier where negative).
std::string day_after(std::string_view day, int days);
// From the first to the last, both inclusive; empty where the last comes first.
std::vector<std::string> days_between(std::string_view first, std::string_view last);
int day_of_month(std::string_view day);
// "Nov", "November"
std::string month_name(std::string_view day);
std::string full_month_name(std::string_view day);
// 0 is Monday
int day_of_week(std::string_view day);

// The last `count` days of the period that a report is about, up to `present` where it has no end.
// Where nothing happened on them: up to the last day on which something did. `by_day` is the
// report's table of days.
std::vector<std::string> recent_days(const ReportQuery& query, const ReportTable& by_day,
                                     const Zone& zone, Instant present, int count);

constexpr size_t kMaxChartedDays = 366;
// All days of the period, but at most a year of them, the last ones: from its beginning, else the
// first day on which something happened, to its end, else the last such day; a fortnight at least
// where the period has no beginning. Empty where nothing happened at a known time.
std::vector<std::string> charted_days(const ReportQuery& query, const ReportTable& by_day,
                                      const Zone& zone);

}  // namespace relayburn
