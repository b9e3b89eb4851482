#include "core/report/build/calendar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace relayburn {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// From the right: at the edge of what a zone can name, a year has five digits.
int month_of(std::string_view day) { return number(day.substr(day.size() - 5, 2)); }
int year_of(std::string_view day) { return number(day.substr(0, day.size() - 6)); }

std::string day_name(year_month_day day) {
  std::array<char, 32> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace

sys_days calendar_day(std::string_view day) {
  return year_month_day(std::chrono::year(year_of(day)),
                        std::chrono::month(static_cast<unsigned>(month_of(day))),
                        std::chrono::day(static_cast<unsigned>(day_of_month(day))));
}

std::string day_after(std::string_view day, int days) {
  return day_name(calendar_day(day) + std::chrono::days(days));
}

std::vector<std::string> days_between(std::string_view first, std::string_view last) {
  std::vector<std::string> days;
  const sys_days end = calendar_day(last);
  for (sys_days day = calendar_day(first); day <= end; day += std::chrono::days(1))
    days.push_back(day_name(day));
  return days;
}

int day_of_month(std::string_view day) { return number(day.substr(day.size() - 2)); }

std::string month_name(std::string_view day) {
  constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
  return std::string(kNames.substr(static_cast<size_t>(month_of(day) - 1) * 3, 3));
}

std::string full_month_name(std::string_view day) {
  constexpr std::array<std::string_view, 12> kNames = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return std::string(kNames[static_cast<size_t>(month_of(day) - 1)]);
}

int day_of_week(std::string_view day) {
  return static_cast<int>(std::chrono::weekday(calendar_day(day)).iso_encoding()) - 1;
}

std::vector<std::string> recent_days(const ReportQuery& query, const ReportTable& by_day,
                                     const Zone& zone, Instant present, int count) {
  std::string last = zone.day(query.until ? Instant{query.until->us - 1} : present);
  std::string first = day_after(last, 1 - count);
  std::string newest;  // on which something happened, not after the last one
  for (const ReportRow& row : by_day.rows)
    if (!row.names.empty() && row.names[0] && *row.names[0] <= last)
      newest = std::max(newest, *row.names[0]);
  if (!newest.empty() && newest < first) {
    last = newest;
    first = day_after(last, 1 - count);
  }
  if (query.since) first = std::max(first, zone.day(*query.since));
  return days_between(first, last);
}

std::vector<std::string> charted_days(const ReportQuery& query, const ReportTable& by_day,
                                      const Zone& zone) {
  constexpr int kMaxDays = kMaxChartedDays;
  std::string first, last;
  for (const ReportRow& row : by_day.rows) {
    if (row.names.empty() || !row.names[0]) continue;
    if (first.empty()) first = last = *row.names[0];
    first = std::min(first, *row.names[0]);
    last = std::max(last, *row.names[0]);
  }
  if (first.empty()) return {};
  // A bound far away says nothing about the days to show.
  if (query.until)
    last = std::min(zone.day(Instant{query.until->us - 1}), day_after(last, kMaxDays / 2));
  const std::string earliest = day_after(last, 1 - kMaxDays);
  first = query.since ? zone.day(*query.since) : std::min(first, day_after(last, -13));
  return days_between(std::max(first, earliest), last);
}

}  // namespace relayburn
