#include "core/pricing/money.h"

#include "core/pricing/decimal.h"

namespace relayburn {
namespace {

using Wide = Picodollars::Wide;
__extension__ using UnsignedWide = unsigned __int128;

constexpr size_t kFractionDigits = kUsdDecimals;

std::string digits_of(UnsignedWide value) {
  std::string reversed;
  do {
    reversed += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  return {reversed.rbegin(), reversed.rend()};
}

// Also right for the least value, which has no positive counterpart.
UnsignedWide magnitude_of(Wide value) {
  const auto bits = static_cast<UnsignedWide>(value);
  return value < 0 ? UnsignedWide{0} - bits : bits;
}

// Digits with zeros before them, so that at least `width` stand there.
std::string padded_digits(UnsignedWide value, size_t width) {
  const std::string digits = digits_of(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string with_thousands_separators(const std::string& digits) {
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

// True "half up", towards plus infinity, written so that no intermediate value can overflow.
Wide rounded_quotient(Wide amount, Wide unit) {
  Wide units = amount / unit;
  Wide rest = amount % unit;
  if (rest < 0) {
    rest += unit;
    units -= 1;
  }
  return rest * 2 >= unit ? units + 1 : units;
}

}  // namespace

std::string format_usd(Picodollars money) {
  std::string text = padded_digits(magnitude_of(money.amount), kFractionDigits + 1);
  text.insert(text.size() - kFractionDigits, 1, '.');
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return money.amount < 0 ? "-" + text : text;
}

std::string format_usd_rounded(Picodollars money, int decimals) {
  const Wide units = rounded_quotient(money.amount, power_of_ten(kUsdDecimals - decimals));
  const auto fraction = static_cast<size_t>(decimals);
  const std::string digits = padded_digits(magnitude_of(units), fraction + 1);
  const size_t dollars_length = digits.size() - fraction;
  const std::string text = with_thousands_separators(digits.substr(0, dollars_length)) + "." +
                           digits.substr(dollars_length);
  return units < 0 ? "-" + text : text;
}

int64_t microdollars(Picodollars money) {
  constexpr Picodollars::Wide unit = 1'000'000;
  const Picodollars::Wide magnitude = money.amount < 0 ? -money.amount : money.amount;
  Picodollars::Wide whole = magnitude / unit;
  const Picodollars::Wide twice_rest = 2 * (magnitude % unit);
  if (twice_rest > unit || (twice_rest == unit && whole % 2 != 0)) ++whole;
  return static_cast<int64_t>(money.amount < 0 ? -whole : whole);
}

}  // namespace relayburn
