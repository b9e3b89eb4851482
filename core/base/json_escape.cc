#include "core/base/json_escape.h"

#include <optional>

namespace relayburn {
namespace {

std::optional<uint32_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// The code unit of the "\uXXXX" at the start of `text`.
std::optional<uint32_t> read_code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

constexpr bool is_high_surrogate(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

char byte(uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); }
char continuation(uint32_t bits) { return byte(0x80 | (bits & 0x3F)); }

}  // namespace

UnicodeEscape read_unicode_escape(std::string_view text) {
  const auto unit = read_code_unit(text);
  if (!unit) return {};
  if (is_high_surrogate(*unit)) {
    const auto low = read_code_unit(text.substr(6));
    if (low && is_low_surrogate(*low)) {
      return {0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), 12};
    }
  }
  if (*unit == 0 || is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
    return {kReplacementCharacter, 6};
  }
  return {*unit, 6};
}

void append_utf8(std::string& out, uint32_t scalar) {
  if (scalar < 0x80) {
    out += byte(scalar);
  } else if (scalar < 0x800) {
    out += {byte(0xC0 | (scalar >> 6)), continuation(scalar)};
  } else if (scalar < 0x10000) {
    out += {byte(0xE0 | (scalar >> 12)), continuation(scalar >> 6), continuation(scalar)};
  } else {
    out += {byte(0xF0 | (scalar >> 18)), continuation(scalar >> 12), continuation(scalar >> 6),
            continuation(scalar)};
  }
}

void append_json_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '\b':
      out += 'b';
      return;
    case '\t':
      out += 't';
      return;
    case '\n':
      out += 'n';
      return;
    case '\f':
      out += 'f';
      return;
    case '\r':
      out += 'r';
      return;
    case '"':
    case '\\':
      out += c;
      return;
    default:
      break;
  }
  out += "u00";
  out += kDigits[static_cast<unsigned char>(c) >> 4];
  out += kDigits[static_cast<unsigned char>(c) & 15];
}

}  // namespace relayburn
