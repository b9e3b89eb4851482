#pragma once
// Escapes inside JSON strings. \uXXXX is read as storable text (utf8.h).

#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

inline constexpr uint32_t kReplacementCharacter = 0xFFFD;

struct UnicodeEscape {
  uint32_t scalar = 0;  // U+FFFD for lone surrogates and for U+0000
  size_t length = 0;  // bytes it takes: 6, or 12 for a pair of surrogates; 0 where it is malformed
};

// Reads the escape that `text` starts with.
UnicodeEscape read_unicode_escape(std::string_view text);

// Appends a scalar value (no surrogate) as UTF-8.
void append_utf8(std::string& out, uint32_t scalar);

// Appends the escape of a byte that needs one (byte_words.h), as ECMAScript spells it.
void append_json_escape(std::string& out, char c);

}  // namespace relayburn
