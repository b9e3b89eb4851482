#include "core/report/build/compared.h"

#include <limits>

#include "core/pricing/decimal.h"

namespace relayburn {
namespace {

using Wide = Picodollars::Wide;

constexpr Wide kMillion = 1'000'000;

std::string dollars(Picodollars amount, bool is_lower_bound) {
  const std::string sign = amount.amount < 0 ? "-$" : "$";
  const Picodollars magnitude{amount.amount < 0 ? -amount.amount : amount.amount};
  return (is_lower_bound ? "≥ " : "") + sign + format_usd_cents(magnitude);
}

}  // namespace

std::optional<int64_t> Compared::coverage() const {
  if (total.amount <= 0 || logged.amount < 0) return std::nullopt;
  const Wide doubled = (logged.amount * kMillion * 2 + total.amount) / (total.amount * 2);
  if (doubled > std::numeric_limits<int64_t>::max()) return std::nullopt;
  return static_cast<int64_t>(doubled);
}

bool Compared::covers(int64_t millionths) const {
  return logged.amount * kMillion >= total.amount * Wide{millionths};
}

std::string coverage_text(const Compared& compared, int decimals) {
  const auto coverage = compared.coverage();
  const bool is_least = compared.unpriced_turns > 0;
  if (!coverage || compared.is_open()) return "";
  const std::string bound = is_least ? "≥ " : compared.total_is_lower_bound ? "≤ " : "";
  const int64_t unit = power_of_ten(4 - decimals);  // a per cent is 10^4 millionths
  const int64_t rounded = *coverage / unit + (*coverage % unit * 2 >= unit ? 1 : 0);
  std::string digits = std::to_string(rounded);
  if (decimals > 0) {
    const auto fraction = static_cast<size_t>(decimals);
    if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
    digits.insert(digits.size() - fraction, ".");
  }
  return bound + digits + " %";
}

std::string total_text(const Compared& compared) {
  return dollars(compared.total, compared.total_is_lower_bound);
}

std::string logged_text(const Compared& compared) {
  return dollars(compared.logged, compared.unpriced_turns > 0);
}

std::string stated_text(const Compared& agent) {
  const std::string coverage = coverage_text(agent, 0);
  return "logged " + logged_text(agent) + " of " + total_text(agent) + " that the agents state" +
         (coverage.empty() ? "" : " (" + coverage + ")");
}

}  // namespace relayburn
