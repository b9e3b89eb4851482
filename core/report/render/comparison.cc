#include "core/report/render/comparison.h"

#include "core/report/render/report_words.h"

namespace relayburn {
namespace {

using Wide = Picodollars::Wide;

// "+25 %", rounded half away from zero.
std::string change_in_percent(Wide change, Wide before) {
  const Wide magnitude = change < 0 ? -change : change;
  const Wide percent = (magnitude * 200 + before) / (2 * before);
  constexpr Wide most = 999'999;
  return (change < 0 ? "-" : "+") +
         (percent > most ? ">999,999" : std::to_string(static_cast<int64_t>(percent))) + " %";
}

std::string change_text(const Figures& now, const Figures& before) {
  if (!now.cost || !before.cost) return "-";
  const Wide change = now.cost->amount - before.cost->amount;
  if (change == 0) return "=";
  const bool is_rough = now.unpriced_turns > 0 || before.unpriced_turns > 0;
  const std::string money = (is_rough ? "≈ " : "") + std::string(change < 0 ? "-$" : "+$") +
                            format_usd_cents({change < 0 ? -change : change});
  if (before.cost->amount == 0) return money + (before.sums.turns == 0 ? " (new)" : "");
  return money + " (" + change_in_percent(change, before.cost->amount) + ")";
}

}  // namespace

std::vector<std::string> comparison_headings() { return {"cost before", "change"}; }

std::vector<std::string> comparison_cells(const Figures& now, const Figures& before) {
  return {cost_text(before), change_text(now, before)};
}

}  // namespace relayburn
