#pragma once
// 128-bit record keys: the first 16 bytes of a SHA-256 (LEDGER.md 1).

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

struct Key {
  std::array<uint8_t, 16> bytes{};

  // Bytewise, eight at a time: keys are compared more often than anything else.
  friend bool operator==(const Key& a, const Key& b) {
    return a.half(0) == b.half(0) && a.half(8) == b.half(8);
  }
  friend std::strong_ordering operator<=>(const Key& a, const Key& b) {
    const auto order = a.half(0) <=> b.half(0);
    return order != 0 ? order : a.half(8) <=> b.half(8);
  }

  // The digest is uniform already: its first bytes are a hash as they are.
  size_t hash() const {
    size_t value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  static Key of_bytes(std::string_view sixteen) {
    Key key;
    std::memcpy(key.bytes.data(), sixteen.data(), key.bytes.size());
    return key;
  }

 private:
  // As one number, whose first byte weighs most. (A loop over the bytes stays one.)
  uint64_t half(size_t begin) const {
    uint64_t value;
    std::memcpy(&value, bytes.data() + begin, sizeof value);
    return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
  }
};

struct KeyHash {
  size_t operator()(const Key& key) const { return key.hash(); }
};

void append_hex(std::string& out, std::string_view bytes);
std::string to_hex(const Key& key);
// 32 hex digits, either case; nullopt otherwise.
std::optional<Key> key_from_hex(std::string_view hex);

}  // namespace relayburn
