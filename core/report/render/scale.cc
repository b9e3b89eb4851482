#include "core/report/render/scale.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace relayburn {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<size_t>(size)};
}

struct Unit {
  double size;
  const char* name;
};
constexpr std::array<Unit, 4> kUnits = {{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}}};

// The greatest unit of which there is one, after rounding to three digits.
Unit unit_of(double value) {
  for (const Unit& unit : kUnits)
    if (value >= unit.size * 0.9995) return unit;
  return {1, ""};
}

}  // namespace

Measure measure_of(const Figures& totals) {
  return totals.cost && totals.cost->amount > 0 ? Measure::Cost : Measure::Tokens;
}

double amount(const Figures& figures, Measure measure) {
  if (measure == Measure::Tokens) return static_cast<double>(figures.tokens());
  return figures.cost ? static_cast<double>(figures.cost->amount) / 1e12 : 0;
}

double round_ceiling(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0})
    if (value <= step * power * (1 + 1e-9)) return step * power;
  return 10 * power;
}

std::string tick_text(double value, Measure measure) {
  const Unit unit = unit_of(value);
  const double scaled = value / unit.size;
  const char* sign = measure == Measure::Cost ? "$" : "";
  int digits = 0;
  while (digits < 9 && std::abs(scaled - std::stod(fixed(scaled, digits))) > scaled * 1e-6)
    ++digits;
  if (measure == Measure::Cost && digits == 1 && unit.size == 1) digits = 2;
  return sign + fixed(scaled, digits) + unit.name;
}

std::string compact_text(double value, Measure measure) {
  const Unit unit = unit_of(value);
  const double scaled = value / unit.size;
  const bool is_whole = measure == Measure::Tokens && unit.size == 1;
  if (unit.size > 1) return fixed(scaled, scaled < 9.95 ? 1 : 0) + unit.name;
  return fixed(scaled, is_whole || scaled >= 99.95 ? 0 : scaled < 9.995 ? 2 : 1);
}

std::string percent_text(double share) {
  if (share > 0 && share < 0.01) return "<1 %";
  return fixed(share * 100, 0) + " %";
}

double cache_share(const Figures& figures) {
  const GroupSums& sums = figures.sums;
  const auto read = static_cast<double>(sums.cache_read);
  const auto all =
      read + static_cast<double>(sums.input + sums.cache_create_5m + sums.cache_create_1h);
  return all > 0 ? read / all : 0;
}

}  // namespace relayburn
