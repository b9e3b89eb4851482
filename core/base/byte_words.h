#pragma once
// Scans text eight bytes at a time: these loops run over every byte of gigabytes of logs.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace relayburn {

inline constexpr uint64_t kEachByte = 0x0101010101010101;
inline constexpr uint64_t kHighBits = 0x80 * kEachByte;

inline uint64_t load_word(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Exact as a whole; which of the marked bytes it was, only a look at each can tell, because a
// borrow may mark the byte after a match too.
constexpr uint64_t bytes_less(uint64_t word, uint64_t limit) {
  return (word - limit * kEachByte) & ~word & kHighBits;
}
constexpr uint64_t bytes_equal(uint64_t word, uint64_t byte) {
  return bytes_less(word ^ (byte * kEachByte), 1);
}

// Bytes that JSON strings cannot hold as they are.
constexpr bool needs_json_escape(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

// The first place at or after `from` whose byte needs an escape in JSON; else the text's size.
inline size_t find_json_escape(std::string_view text, size_t from) {
  size_t at = from;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    const uint64_t word = load_word(text.data() + at);
    if ((bytes_less(word, 0x20) | bytes_equal(word, '"') | bytes_equal(word, '\\')) != 0) break;
  }
  while (at < text.size() && !needs_json_escape(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

// The first place at or after `from` whose byte is NUL or not ASCII; else the text's size.
inline size_t find_beyond_ascii(std::string_view text, size_t from) {
  size_t at = from;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    const uint64_t word = load_word(text.data() + at);
    // Without high bits only a zero byte can borrow into its own high bit.
    if ((((word - kEachByte) | word) & kHighBits) != 0) break;
  }
  while (at < text.size() && text[at] != '\0' && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace relayburn
