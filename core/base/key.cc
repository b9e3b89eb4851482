#include "core/base/key.h"

namespace relayburn {

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

std::string to_hex(const Key& key) {
  std::string hex;
  append_hex(hex, key.view());
  return hex;
}

namespace {

constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> hex_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (uint8_t i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = i;
  for (uint8_t i = 0; i < 6; ++i)
    values[static_cast<size_t>('a' + i)] = values[static_cast<size_t>('A' + i)] =
        static_cast<uint8_t>(10 + i);
  return values;
}
constexpr std::array<uint8_t, 256> kHexValues = hex_values();

}  // namespace

std::optional<Key> key_from_hex(std::string_view hex) {
  Key key;
  if (hex.size() != 2 * key.bytes.size()) return std::nullopt;
  unsigned wrong = 0;
  for (size_t i = 0; i < key.bytes.size(); ++i) {
    const unsigned high = kHexValues[static_cast<uint8_t>(hex[2 * i])];
    const unsigned low = kHexValues[static_cast<uint8_t>(hex[2 * i + 1])];
    wrong |= high | low;
    key.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  if (wrong > 0xf) return std::nullopt;
  return key;
}

}  // namespace relayburn
