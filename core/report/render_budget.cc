#include "core/report/render_budget.h"

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

}  // namespace

std::string render_budget_text(const BudgetReport& report) {
  const std::string at_least = report.unpriced_turns > 0 ? "at least " : "";
  std::string text = "Budget of $" + format_usd_cents(report.budget.amount) + " for the " +
                     std::string(period_name(report.budget.period)) + " from " +
                     format_instant(report.since) + " to " + format_instant(report.until) + ": " +
                     at_least + "$" + format_usd_cents(report.spent) + " spent, " + at_least + "$" +
                     format_usd_cents(report.projected) + " projected";
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
