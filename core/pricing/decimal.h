#pragma once
// Numbers of a price list, read from their JSON text without a detour over floating point.

#include <cstdint>
#include <optional>
#include <string_view>

namespace relayburn {

// The value of one JSON number times 10^power, where that is a whole number from 0 to below 10^18.
// Text that is no JSON number, a negative value, a rest behind the last place: nullopt.
std::optional<int64_t> scaled_decimal(std::string_view token, int power);

// 10^exponent, for exponents from 0 to 18.
int64_t power_of_ten(int exponent);

}  // namespace relayburn
