#include "core/base/utf8.h"

#include <array>

#include "core/base/byte_words.h"
#include "core/base/json_escape.h"

namespace relayburn {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How long the sequence is that a byte begins, and which bytes may come second (Unicode, table
// 3-7). The narrower ranges shut out overlong forms, surrogates and what lies past U+10FFFF.
struct Lead {
  unsigned char length = 0;
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

constexpr Lead lead_of(unsigned char byte) {
  if (byte == 0x00) return {};
  if (byte < 0x80) return {.length = 1};
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .second_low = 0xA0};
  if (byte == 0xED) return {.length = 3, .second_high = 0x9F};
  if (byte < 0xF0) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .second_low = 0x90};
  if (byte < 0xF4) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .second_high = 0x8F};
  return {};
}

constexpr auto kLeads = [] {
  std::array<Lead, 256> leads;
  for (size_t byte = 0; byte < leads.size(); ++byte) {
    leads[byte] = lead_of(static_cast<unsigned char>(byte));
  }
  return leads;
}();

struct Sequence {
  size_t length;
  bool is_storable;
};

// The character at `at`, or the maximal part of one that is there.
Sequence sequence_at(std::string_view text, size_t at) {
  const auto byte_at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const Lead& lead = kLeads[byte_at(at)];
  if (lead.length == 0) return {1, false};
  unsigned char low = lead.second_low;
  unsigned char high = lead.second_high;
  size_t length = 1;
  while (length < lead.length && at + length < text.size()) {
    const unsigned char next = byte_at(at + length);
    if (next < low || next > high) break;
    low = 0x80;
    high = 0xBF;
    ++length;
  }
  return {length, length == lead.length};
}

// The first place at or after `from` that is not storable; else the text's size.
size_t find_unstorable(std::string_view text, size_t from) {
  size_t at = from;
  while ((at = find_beyond_ascii(text, at)) < text.size()) {
    // Text in other scripts comes in runs; going back to the ASCII scan for each character is slow.
    do {
      const Sequence sequence = sequence_at(text, at);
      if (!sequence.is_storable) return at;
      at += sequence.length;
    } while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80);
  }
  return at;
}

bool is_encoded_surrogate(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xED' && (text[1] & 0xE0) == 0xA0 &&
         (text[2] & 0xC0) == 0x80;
}

// Appends the escape at `at` as a strict parser accepts it and returns where it ends. What is no
// escape at all stays as it is: the parser shall say so.
size_t append_repaired_escape(std::string& out, std::string_view json, size_t at) {
  const UnicodeEscape escape = read_unicode_escape(json.substr(at));
  if (escape.length > 0 && escape.scalar == kReplacementCharacter) {
    out += "\\ufffd";
    return at + escape.length;
  }
  const std::string_view kept = json.substr(at, escape.length > 0 ? escape.length : 2);
  out += kept;
  return at + kept.size();
}

}  // namespace

bool is_storable(std::string_view text) { return find_unstorable(text, 0) == text.size(); }

void append_storable(std::string& out, std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t bad = find_unstorable(text, at);
    out += text.substr(at, bad - at);
    at = bad;
    if (at == text.size()) break;
    out += kReplacement;
    at += is_encoded_surrogate(text.substr(at)) ? 3 : sequence_at(text, at).length;
  }
}

std::string storable(std::string_view text) {
  std::string stored;
  append_storable(stored, text);
  return stored;
}

std::string repair_json(std::string_view json) {
  if (json.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    json.remove_prefix(kByteOrderMark.size());
  }
  std::string text;
  text.reserve(json.size() + json.size() / 16);
  append_storable(text, json);

  std::string out;
  out.reserve(text.size() + text.size() / 16);
  bool in_string = false;
  size_t at = 0;
  while (at < text.size()) {
    const size_t special = find_json_escape(text, at);
    out.append(text, at, special - at);
    at = special;
    if (at == text.size()) break;
    const char c = text[at];
    if (in_string && c == '\\') {
      at = append_repaired_escape(out, text, at);
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && static_cast<unsigned char>(c) < 0x20) {
      append_json_escape(out, c);
    } else {
      out += c;
    }
    ++at;
  }
  return out;
}

size_t object_extent(std::string_view text) {
  if (text.empty() || text[0] != '{') return 0;
  // Only braces count: a bracket that is not closed shall not swallow the objects after this one.
  size_t depth = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (in_string) at = find_json_escape(text, at);
    if (at == text.size()) break;
    const char c = text[at];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++at;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return 0;
}

}  // namespace relayburn
