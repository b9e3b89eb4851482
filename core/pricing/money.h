#pragma once
// Exact money: 128-bit whole picodollars. No floating point comes near a cost.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

struct Picodollars {
  __extension__ using Wide = __int128;
  Wide amount = 0;

  auto operator<=>(const Picodollars&) const = default;
  Picodollars& operator+=(Picodollars other) {
    amount += other.amount;
    return *this;
  }
};

// US dollars as the shortest plain decimal with at least one digit after the point: "0.0",
// "0.0285".
std::string format_usd(Picodollars money);

// Whole microdollars, rounded half to even.
int64_t microdollars(Picodollars money);

inline constexpr int kUsdDecimals = 12;  // those of a picodollar

// US dollars rounded half up to so many digits after the point (1 to kUsdDecimals), with thousands
// separators, for people: "1,234.50".
std::string format_usd_rounded(Picodollars money, int decimals);

inline std::string format_usd_cents(Picodollars money) { return format_usd_rounded(money, 2); }

}  // namespace relayburn
