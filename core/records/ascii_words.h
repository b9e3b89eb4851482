#pragma once
// Words and blanks as regular expressions see them in ASCII: \w is [A-Za-z0-9_], whatever else ends
// a word, bytes of other scripts included.

#include <array>
#include <string_view>

namespace relayburn {

inline constexpr auto kIsWordByte = [] {
  std::array<bool, 256> is_word{};
  for (unsigned c = '0'; c <= '9'; ++c) is_word[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) is_word[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) is_word[c] = true;
  is_word['_'] = true;
  return is_word;
}();

constexpr bool is_word_byte(char c) { return kIsWordByte[static_cast<unsigned char>(c)]; }
constexpr bool is_blank_byte(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The first place at or after `from` where a word begins (if `from` is not inside one) or ends.
constexpr size_t find_word(std::string_view text, size_t from) {
  while (from < text.size() && !is_word_byte(text[from])) ++from;
  return from;
}
constexpr size_t find_word_end(std::string_view text, size_t from) {
  while (from < text.size() && is_word_byte(text[from])) ++from;
  return from;
}
constexpr size_t skip_blanks(std::string_view text, size_t from) {
  while (from < text.size() && is_blank_byte(text[from])) ++from;
  return from;
}

// True where a word that ends before `at` has its right boundary.
constexpr bool is_word_end(std::string_view text, size_t at) {
  return at >= text.size() || !is_word_byte(text[at]);
}

}  // namespace relayburn
