#include "core/report/build/budget.h"

#include <chrono>

#include "core/base/error.h"
#include "core/pricing/decimal.h"
#include "core/report/build/calendar.h"

namespace relayburn {
namespace {

namespace chrono = std::chrono;

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorKind::Usage, "--budget: '" + std::string(text) + "' is no budget",
              "state US dollars for a period: 500/month, 80.50/week, 20/day");
}

// Digits, then perhaps a point and digits.
bool is_plain_decimal(std::string_view text) {
  const size_t point = std::min(text.find('.'), text.size());
  const auto are_digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return are_digits(text.substr(0, point)) &&
         (point == text.size() || are_digits(text.substr(point + 1)));
}

// In two parts, so that a billion dollars are no problem.
std::optional<Picodollars> parse_usd(std::string_view text) {
  if (!is_plain_decimal(text)) return std::nullopt;
  const size_t point = std::min(text.find('.'), text.size());
  std::string_view whole = text.substr(0, point);
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size() - 1));
  const auto dollars = scaled_decimal(whole, 0);
  const auto rest = scaled_decimal("0" + std::string(text.substr(point)), kUsdDecimals);
  if (!dollars || !rest) return std::nullopt;
  return Picodollars{Picodollars::Wide{*dollars} * power_of_ten(kUsdDecimals) + *rest};
}

std::optional<Budget::Period> parse_period(std::string_view text) {
  if (text == "day") return Budget::Period::Day;
  if (text == "week") return Budget::Period::Week;
  if (text == "month") return Budget::Period::Month;
  return std::nullopt;
}

Instant begin_of(const Zone& zone, chrono::sys_days date) {
  const chrono::year_month_day day(date);
  return zone.start_of_day(static_cast<int>(day.year()),
                           static_cast<int>(static_cast<unsigned>(day.month())),
                           static_cast<int>(static_cast<unsigned>(day.day())));
}

// The first day of the period that holds a day, and that of the next one.
std::pair<chrono::sys_days, chrono::sys_days> period_around(Budget::Period period,
                                                            chrono::sys_days date) {
  if (period == Budget::Period::Day) return {date, date + chrono::days(1)};
  if (period == Budget::Period::Week) {
    const chrono::sys_days monday = date - (chrono::weekday(date) - chrono::Monday);
    return {monday, monday + chrono::days(7)};
  }
  const chrono::year_month_day day(date);
  const chrono::year_month month(day.year(), day.month());
  return {month / chrono::day(1), (month + chrono::months(1)) / chrono::day(1)};
}

Picodollars projected(Picodollars spent, int64_t passed_us, int64_t whole_us) {
  if (passed_us <= 0) return spent;
  return {(spent.amount * whole_us + passed_us / 2) / passed_us};
}

}  // namespace

Budget parse_budget(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) refuse(text);
  const std::optional<Picodollars> amount = parse_usd(text.substr(0, slash));
  const std::optional<Budget::Period> period = parse_period(text.substr(slash + 1));
  if (!amount || !period) refuse(text);
  return {*amount, *period};
}

BudgetReport check_budget(const Budget& budget, const ReportFilters& filters, Instant moment,
                          Snapshot& snapshot, const PriceTable& prices, const Zone& zone) {
  const auto [first, next] = period_around(budget.period, calendar_day(zone.day({moment.us - 1})));
  BudgetReport report;
  report.budget = budget;
  report.since = begin_of(zone, first);
  report.until = begin_of(zone, next);
  report.days = name_period(report.since, report.until, zone);
  ReportQuery query;
  query.since = report.since;
  query.until = moment;
  query.filters = filters;
  const Figures figures = build_report(query, snapshot, prices, zone).totals;
  report.spent = figures.cost.value_or(Picodollars{});
  report.unpriced_turns = figures.unpriced_turns;
  report.projected =
      projected(report.spent, moment.us - report.since.us, report.until.us - report.since.us);
  return report;
}

Headline make_headline(const ReportFilters& filters, Instant present,
                       std::optional<Instant> newest_ingest, int64_t hosts, Snapshot& snapshot,
                       const PriceTable& prices, const Zone& zone) {
  const auto so_far = [&](Budget::Period period) {
    return check_budget({{}, period}, filters, present, snapshot, prices, zone);
  };
  Headline headline;
  headline.day = so_far(Budget::Period::Day);
  headline.week = so_far(Budget::Period::Week);
  headline.month = so_far(Budget::Period::Month);
  headline.month_name = full_month_name(zone.day({present.us - 1}));
  headline.hosts = hosts;
  if (newest_ingest) {
    const Instant minute{newest_ingest->us / 60'000'000 * 60'000'000};
    const bool is_today = zone.day(minute) == zone.day(present);
    headline.as_of = (is_today ? "" : zone.day(minute) + " ") + zone.clock_time(minute);
  }
  return headline;
}

}  // namespace relayburn
