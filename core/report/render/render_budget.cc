#include "core/report/render/render_budget.h"

#include <algorithm>

namespace relayburn {
namespace {

std::string_view period_name(Budget::Period period) {
  switch (period) {
    case Budget::Period::Day:
      return "day";
    case Budget::Period::Week:
      return "week";
    case Budget::Period::Month:
      break;
  }
  return "month";
}

std::string days_text(const PeriodNames& days) {
  const std::string first = days.first.value_or("");
  const std::string last = days.last.value_or("");
  return first == last ? first : "from " + first + " to " + last;
}

// All digits that were stated, cents at least.
std::string amount_text(Picodollars amount) {
  const std::string exact = format_usd(amount);
  const auto stated = static_cast<int>(exact.size() - exact.find('.') - 1);
  return "$" + format_usd_rounded(amount, std::max(stated, 2));
}

// Cents, and more digits where it would look like nothing, or like the whole budget, and is not.
std::string beside(Picodollars money, Picodollars budget) {
  const auto looks_like = [&](Picodollars other, int decimals) {
    return money != other &&
           format_usd_rounded(money, decimals) == format_usd_rounded(other, decimals);
  };
  int decimals = 2;
  while (decimals < kUsdDecimals && (looks_like({}, decimals) || looks_like(budget, decimals)))
    ++decimals;
  return "$" + format_usd_rounded(money, decimals);
}

}  // namespace

std::string render_budget_text(const BudgetReport& report) {
  const std::string at_least = report.unpriced_turns > 0 ? "at least " : "";
  std::string text = "Budget of " + amount_text(report.budget.amount) + " for the " +
                     std::string(period_name(report.budget.period)) + " " + days_text(report.days) +
                     ": " + at_least + beside(report.spent, report.budget.amount) + " spent, " +
                     at_least + beside(report.projected, report.budget.amount) + " projected";
  if (report.is_over()) return text + ", OVER BUDGET\n";
  return text + (report.projected > report.budget.amount ? ", will be over\n" : "\n");
}

void write_budget(JsonWriter& json, const BudgetReport& report) {
  json.key("budget").begin_object();
  json.key("amountUsd").raw(format_usd(report.budget.amount));
  json.key("period").string(period_name(report.budget.period));
  json.key("since").string(format_instant(report.since));
  json.key("until").string(format_instant(report.until));
  json.key("spentUsd").raw(format_usd(report.spent));
  json.key("projectedUsd").raw(format_usd(report.projected));
  json.key("isOver").boolean(report.is_over());
  json.key("unpricedTurns").integer(report.unpriced_turns).end_object();
}

}  // namespace relayburn
