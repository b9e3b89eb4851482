#pragma once
// 128-bit record keys: the first 16 bytes of a SHA-256 (ledger.md 1).

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

struct Key {
  std::array<uint8_t, 16> bytes{};

  auto operator<=>(const Key&) const = default;  // bytewise

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
};

struct KeyHash {
  size_t operator()(const Key& key) const { return key.hash(); }
};

void append_hex(std::string& out, std::string_view bytes);
std::string to_hex(const Key& key);
// 32 hex digits, either case; nullopt otherwise.
std::optional<Key> key_from_hex(std::string_view hex);

}  // namespace relayburn
