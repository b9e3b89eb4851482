#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/base/canonical_json.h"

namespace relayburn {
namespace {

// 0.d1d2d3… times ten to the `point`.
struct ShortestDecimal {
  std::string digits;
  int point;
};

ShortestDecimal shortest_decimal(double magnitude) {
  std::array<char, 32> buffer;
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                        std::chars_format::scientific)
                              .ptr;
  const std::string_view text(buffer.data(), static_cast<size_t>(end - buffer.data()));
  const size_t mark = text.find('e');
  std::string digits(text.substr(0, 1));
  if (mark > 2) digits += text.substr(2, mark - 2);

  int exponent = 0;
  const std::string_view power = text.substr(mark + (text[mark + 1] == '+' ? 2 : 1));
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  return {std::move(digits), exponent + 1};
}

// to_chars finds the shortest digits, but where the point goes ECMAScript decides otherwise.
void append_laid_out(std::string& out, const std::string& digits, int point) {
  const int count = static_cast<int>(digits.size());
  if (point >= count && point <= 21) {
    out.append(digits).append(static_cast<size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    out.append(digits, 0, static_cast<size_t>(point)).append(".");
    out.append(digits, static_cast<size_t>(point));
  } else if (point > -6 && point <= 0) {
    out.append("0.").append(static_cast<size_t>(-point), '0').append(digits);
  } else {
    out += digits[0];
    if (count > 1) out.append(".").append(digits, 1);
    out += point > 0 ? "e+" : "e-";
    out += std::to_string(std::abs(point - 1));
  }
}

}  // namespace

void append_ecmascript_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
  } else if (value == 0) {
    out += '0';  // -0 too
  } else {
    if (value < 0) out += '-';
    const ShortestDecimal decimal = shortest_decimal(std::fabs(value));
    append_laid_out(out, decimal.digits, decimal.point);
  }
}

}  // namespace relayburn
