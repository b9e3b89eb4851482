#include "core/report/time/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <array>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {

struct Zone::Rules {
  cctz::time_zone zone;

  cctz::time_zone::absolute_lookup at(Instant instant) const {
    const int64_t seconds = instant.us / 1'000'000 - (instant.us % 1'000'000 < 0 ? 1 : 0);
    return zone.lookup(cctz::time_point<cctz::seconds>(cctz::seconds(seconds)));
  }

  Instant first_instant_of(const cctz::civil_second& civil) const {
    const cctz::time_zone::civil_lookup lookup = zone.lookup(civil);
    // In a gap `trans` is where the clock jumps; of a repeated time the first one counts.
    const auto point =
        lookup.kind == cctz::time_zone::civil_lookup::SKIPPED ? lookup.trans : lookup.pre;
    return {point.time_since_epoch().count() * 1'000'000};
  }
};

namespace {

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 64> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), format, values...);
  return {buffer.data(), static_cast<size_t>(size)};
}

int year_of(const cctz::civil_day& day) { return static_cast<int>(day.year()); }

// "Europe/Berlin" of /usr/share/zoneinfo/Europe/Berlin
std::string zone_of_path(std::string_view path) {
  constexpr std::string_view folder = "zoneinfo/";
  const size_t found = path.rfind(folder);
  std::string_view name =
      found == std::string_view::npos ? path : path.substr(found + folder.size());
  for (const std::string_view variant : {"posix/", "right/"})
    if (name.starts_with(variant)) name.remove_prefix(variant.size());
  return std::string(name);
}

bool is_name(const std::string& name) {
  // cctz makes zones of its own from "Fixed/…" and "libc:…", which IANA does not know.
  return !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
         !name.starts_with("Fixed/") && name.find(':') == std::string::npos;
}

}  // namespace

Zone Zone::named(const std::string& name) {
  auto rules = std::make_shared<Rules>();
  if (!is_name(name) || !cctz::load_time_zone(name, &rules->zone))
    throw Error(
        ErrorKind::Usage, "unknown time zone '" + name + "'",
        "give an IANA name such as Europe/Berlin; the zones are in Debian's package tzdata");
  return Zone(name, std::move(rules));
}

// Where /etc/localtime is a copy, or one that was mounted there, only Debian's file names its zone.
Zone Zone::of_system() {
  if (!exists("/etc/localtime")) return named("UTC");
  const std::string target = resolved_path("/etc/localtime");
  if (target.find("zoneinfo/") != std::string::npos) return named(zone_of_path(target));
  if (!exists("/etc/timezone"))
    throw Error(ErrorKind::Usage, "the system's time zone has no name: /etc/localtime is no link",
                "give --timezone, TZ, or timezone in config.toml");
  const std::string name = read_whole_file("/etc/timezone");
  return named(name.substr(0, name.find_first_of("\r\n")));
}

std::string Zone::day(Instant instant) const {
  const cctz::civil_day day(rules_->at(instant).cs);
  return print("%04d-%02d-%02d", year_of(day), day.month(), day.day());
}

std::string Zone::week(Instant instant) const {
  const cctz::civil_day day(rules_->at(instant).cs);
  // An ISO week belongs to the year that its Thursday lies in.
  const cctz::civil_day thursday = cctz::next_weekday(day - 4, cctz::weekday::thursday);
  return print("%04d-W%02d", year_of(thursday), (cctz::get_yearday(thursday) - 1) / 7 + 1);
}

std::string Zone::month(Instant instant) const {
  const cctz::civil_day day(rules_->at(instant).cs);
  return print("%04d-%02d", year_of(day), day.month());
}

std::string Zone::hour(Instant instant) const {
  const cctz::time_zone::absolute_lookup lookup = rules_->at(instant);
  const int minutes = std::abs(lookup.offset) / 60;
  return day(instant) + print("T%02d%c%02d:%02d", lookup.cs.hour(), lookup.offset < 0 ? '-' : '+',
                              minutes / 60, minutes % 60);
}

std::string Zone::clock_time(Instant instant) const {
  const cctz::civil_second civil = rules_->at(instant).cs;
  const std::string minutes = print("%02d:%02d", civil.hour(), civil.minute());
  return civil.second() == 0 ? minutes : minutes + print(":%02d", civil.second());
}

Instant Zone::start_of_day(int year, int month, int day) const {
  return rules_->first_instant_of(cctz::civil_second(year, month, day, 0, 0, 0));
}

Instant Zone::start_of_day_after(Instant instant, int days) const {
  const cctz::civil_day day = cctz::civil_day(rules_->at(instant).cs) + days;
  return rules_->first_instant_of(cctz::civil_second(day));
}

Instant Zone::start_of_week(Instant instant) const {
  const cctz::civil_day day(rules_->at(instant).cs);
  return rules_->first_instant_of(
      cctz::civil_second(cctz::prev_weekday(day + 1, cctz::weekday::monday)));
}

Instant Zone::start_of_month(Instant instant) const {
  return rules_->first_instant_of(cctz::civil_second(cctz::civil_month(rules_->at(instant).cs)));
}

Instant Zone::months_before(Instant instant, int months) const {
  const cctz::civil_second civil = rules_->at(instant).cs;
  const cctz::civil_month month = cctz::civil_month(civil) - months;
  const cctz::civil_day last = cctz::civil_day(month + 1) - 1;
  const int day = civil.day() < last.day() ? civil.day() : last.day();
  return rules_->first_instant_of(cctz::civil_second(month.year(), month.month(), day, civil.hour(),
                                                     civil.minute(), civil.second()));
}

namespace {

struct Span {
  int64_t count;
  std::string_view unit;
};

std::optional<Span> parse_span(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end == text.data() || count < 0 || count > 1'000'000)
    return std::nullopt;
  return Span{count, text.substr(static_cast<size_t>(end - text.data()))};
}

constexpr int64_t kMaxMonths = 1200;

std::optional<int64_t> months_of(const Span& span) {
  const int64_t months = span.unit == "mo" ? span.count : span.unit == "y" ? 12 * span.count : -1;
  return months >= 0 && months <= kMaxMonths ? std::optional(months) : std::nullopt;
}

std::optional<int64_t> days_of(const Span& span) {
  if (span.unit == "d") return span.count;
  return span.unit == "w" ? std::optional(7 * span.count) : std::nullopt;
}

std::optional<Instant> clock_bound(const Span& span, Instant present) {
  constexpr int64_t minute = int64_t{60} * 1'000'000;
  if (span.unit == "m") return Instant{present.us - span.count * minute};
  if (span.unit == "h") return Instant{present.us - span.count * 60 * minute};
  return std::nullopt;
}

// Back to the same clock time.
std::optional<Instant> relative_bound(std::string_view text, const Zone& zone, Instant present) {
  constexpr int64_t day = int64_t{86'400} * 1'000'000;
  const std::optional<Span> span = parse_span(text);
  if (!span) return std::nullopt;
  if (const auto days = days_of(*span)) return Instant{present.us - *days * day};
  if (const auto months = months_of(*span))
    return zone.months_before(present, static_cast<int>(*months));
  return clock_bound(*span, present);
}

// Whole days, the last of which is today.
std::optional<Instant> days_bound(std::string_view text, const Zone& zone, Instant present) {
  const std::optional<Span> span = parse_span(text);
  if (!span) return std::nullopt;
  if (const auto days = days_of(*span))
    return zone.start_of_day_after(present, static_cast<int>(1 - *days));
  const auto months = months_of(*span);
  if (!months) return std::nullopt;
  return zone.start_of_day_after(zone.months_before(present, static_cast<int>(*months)), 1);
}

std::optional<Instant> named_bound(std::string_view text, const Zone& zone, Instant present) {
  if (text == "today") return zone.start_of_day_after(present, 0);
  if (text == "yesterday") return zone.start_of_day_after(present, -1);
  if (text == "week") return zone.start_of_week(present);
  if (text == "last-week")
    return zone.start_of_week(zone.start_of_day_after(zone.start_of_week(present), -1));
  if (text == "month") return zone.start_of_month(present);
  if (text == "last-month")
    return zone.start_of_month(zone.start_of_day_after(zone.start_of_month(present), -1));
  return std::nullopt;
}

std::optional<Instant> date_bound(std::string_view text, const Zone& zone) {
  if (text.size() != 10) return std::nullopt;
  // Midnight UTC of the same date says whether it is one.
  if (!parse_instant(std::string(text) + "T00:00:00Z")) return std::nullopt;
  const auto number = [&](size_t at, size_t size) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + size, value);
    return value;
  };
  return zone.start_of_day(number(0, 4), number(5, 2), number(8, 2));
}

// "Z", or "+01:00" and its short forms behind the time of the day.
bool names_its_offset(std::string_view text) {
  constexpr size_t behind_date = 10;
  return text.size() > behind_date &&
         (text.back() == 'Z' || text.back() == 'z' ||
          text.find_first_of("+-", behind_date) != std::string_view::npos);
}

}  // namespace

Instant parse_time_bound(std::string_view text, const Zone& zone, Instant present,
                         const std::string& what) {
  if (const auto relative = relative_bound(text, zone, present)) return *relative;
  if (const auto date = date_bound(text, zone)) return *date;
  const std::optional<Instant> instant =
      text.find_first_of("Tt ") == std::string_view::npos ? std::nullopt : parse_instant(text);
  if (instant && names_its_offset(text)) return *instant;
  if (instant)
    throw Error(ErrorKind::Usage, what + ": '" + std::string(text) + "' does not say in which zone",
                "add Z or an offset: 2026-11-22T13:00:00Z, 2026-11-22T13:00:00+01:00");
  throw Error(ErrorKind::Usage, what + ": '" + std::string(text) + "' is no time",
              "give 2026-11-22, 2026-11-22T13:00:00Z, or a span back from now: 24h 7d 4w 3mo");
}

Instant parse_period_bound(std::string_view text, const Zone& zone, Instant present,
                           const std::string& what) {
  if (const auto days = days_bound(text, zone, present)) return *days;
  if (const auto name = named_bound(text, zone, present)) return *name;
  constexpr size_t month_size = 7;
  if (text.size() == month_size)
    if (const auto month = date_bound(std::string(text) + "-01", zone)) return *month;
  try {
    return parse_time_bound(text, zone, present, what);
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("is no time") == std::string_view::npos) throw;
    throw Error(ErrorKind::Usage, error.what(),
                "give 2026-11-22, 2026-11, 2026-11-22T13:00:00Z, today, yesterday, week, "
                "last-week, month, last-month, or a span: 90m 24h 7d 4w 3mo 1y");
  }
}

}  // namespace relayburn
