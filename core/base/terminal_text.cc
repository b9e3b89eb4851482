#include "core/base/terminal_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/utf8.h"

namespace relayburn {
namespace {

struct CodePoint {
  uint32_t value;
  size_t size;
};

// `text` is valid UTF-8 and not empty.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F),
          4};
}

struct Range {
  uint32_t first, last;
};

template <size_t N>
bool is_in(const std::array<Range, N>& ranges, uint32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

constexpr std::array<Range, 6> kControls = {{{0x00, 0x1F},
                                             {0x7F, 0x9F},
                                             {0x061C, 0x061C},
                                             {0x200E, 0x200F},
                                             {0x2028, 0x202E},
                                             {0x2066, 0x2069}}};
constexpr std::array<Range, 6> kCombining = {{{0x0300, 0x036F},
                                              {0x200B, 0x200D},
                                              {0x1AB0, 0x1AFF},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE0F},
                                              {0xFE20, 0xFE2F}}};
constexpr std::array<Range, 41> kWide = {
    {{0x1100, 0x115F},  {0x231A, 0x231B}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
     {0x25FD, 0x25FE},  {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693},
     {0x26A1, 0x26A1},  {0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5}, {0x26CE, 0x26CE},
     {0x26D4, 0x26D4},  {0x26EA, 0x26EA}, {0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA},
     {0x26FD, 0x26FD},  {0x2705, 0x2705}, {0x270A, 0x270B}, {0x2728, 0x2728}, {0x274C, 0x274C},
     {0x274E, 0x274E},  {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797}, {0x27B0, 0x27B0},
     {0x27BF, 0x27BF},  {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55}, {0x2E80, 0xA4CF},
     {0xAC00, 0xD7A3},  {0xF900, 0xFAFF}, {0xFE30, 0xFE4F}, {0xFF00, 0xFF60}, {0x1F300, 0x1FAFF},
     {0x20000, 0x3FFFD}}};

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// The longest beginning that is not wider.
std::string_view beginning(std::string_view text, size_t width) {
  size_t end = 0;
  for (size_t i = 1; i <= text.size(); ++i)
    if (i == text.size() || starts_code_point(text[i])) {
      if (display_width(text.substr(0, i)) > width) break;
      end = i;
    }
  return text.substr(0, end);
}

std::string_view ending(std::string_view text, size_t width) {
  size_t start = text.size();
  for (size_t i = text.size(); i-- > 0;)
    if (starts_code_point(text[i])) {
      if (display_width(text.substr(i)) > width) break;
      start = i;
    }
  return text.substr(start);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string storable;
  append_storable(storable, text);
  std::string out;
  for (std::string_view rest = storable; !rest.empty();) {
    const CodePoint point = first_code_point(rest);
    if (is_in(kControls, point.value)) {
      std::array<char, 16> escaped;
      const int size = std::snprintf(escaped.data(), escaped.size(),
                                     point.value < 0x100 ? "\\x%02x" : "\\u{%x}", point.value);
      out.append(escaped.data(), static_cast<size_t>(size));
    } else {
      out += rest.substr(0, point.size);
    }
    rest.remove_prefix(point.size);
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    width += is_in(kCombining, point.value) ? 0 : is_in(kWide, point.value) ? 2 : 1;
    text.remove_prefix(point.size);
  }
  return width;
}

std::string shortened(const std::string& text, size_t width) {
  if (display_width(text) <= width) return text;
  // What tells names apart stands at either end.
  const size_t tail = (width - 1) / 2;
  return std::string(beginning(text, width - 1 - tail)) + "…" + std::string(ending(text, tail));
}

std::string with_thousands(int64_t value) {
  std::string digits = std::to_string(value);
  const size_t first = value < 0 ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

}  // namespace relayburn
