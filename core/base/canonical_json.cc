#include "core/base/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "core/base/byte_words.h"
#include "core/base/json_decimal.h"
#include "core/base/json_escape.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

constexpr int kDeepestNesting = 512;

// Order of UTF-16 code units, for valid UTF-8. It differs from the order of bytes only where
// U+E000..U+FFFF (lead bytes EE, EF) meet characters that UTF-16 writes as surrogates (F0..F4).
bool less_in_utf16(std::string_view a, std::string_view b) {
  const auto [p, q] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (p == a.end() || q == b.end()) return p == a.end() && q != b.end();
  const auto x = static_cast<unsigned char>(*p);
  const auto y = static_cast<unsigned char>(*q);
  const bool x_is_astral = x >= 0xF0;
  const bool y_is_astral = y >= 0xF0;
  if (x_is_astral != y_is_astral && x >= 0xEE && y >= 0xEE) return x_is_astral;
  return x < y;
}

double to_double(std::string_view token, const JsonDecimal& number) {
  double value = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
  if (result.ec != std::errc::result_out_of_range) return value;
  // from_chars does not say at which end: a number below 1 is too small, another one too great.
  const auto [first, past_last] = number.significant();
  const bool is_small = first == past_last || number.digits_before_point(first) <= 0;
  return is_small ? 0 : std::numeric_limits<double>::infinity();
}

// Reads one JSON text and appends it to `out` in the fixed spelling, as it goes.
class Rewriter {
 public:
  Rewriter(std::string& out, std::string_view raw, bool sorts_keys)
      : out_(out), raw_(raw), sorts_keys_(sorts_keys) {}

  bool rewrite() {
    skip_blanks();
    if (!value(0)) return false;
    skip_blanks();
    return at_ == raw_.size();
  }

 private:
  // One member of an object that is not closed yet: its key, unescaped, in keys_, and its text in
  // out_.
  struct Member {
    size_t key_begin;
    size_t key_size;
    size_t text_begin;
    size_t text_size;
  };

  bool value(int depth);
  bool array(int depth);
  bool object(int depth);
  bool member(int depth);
  bool number();
  bool string(std::string_view& text);
  bool escaped_string(std::string_view& text);
  bool escape(std::string& text);
  bool word(std::string_view word);

  void sort_members(size_t first, size_t text_begin);
  bool is_before(const Member& a, const Member& b) const { return less_in_utf16(key(a), key(b)); }
  std::string_view key(const Member& member) const {
    return std::string_view(keys_).substr(member.key_begin, member.key_size);
  }

  void skip_blanks() {
    while (next_is(' ') || next_is('\n') || next_is('\r') || next_is('\t')) ++at_;
  }
  bool next_is(char c) const { return at_ < raw_.size() && raw_[at_] == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  std::string& out_;
  const std::string_view raw_;
  const bool sorts_keys_;
  size_t at_ = 0;

  // Stacks of what the open objects have so far; one allocation for all of them.
  std::vector<Member> members_;
  std::string keys_;
  // Room for the string that is being read.
  std::string unescaped_;
  std::string storable_;
};

bool Rewriter::value(int depth) {
  if (at_ == raw_.size()) return false;
  switch (raw_[at_]) {
    case '{':
      return depth < kDeepestNesting && object(depth + 1);
    case '[':
      return depth < kDeepestNesting && array(depth + 1);
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    case '"': {
      std::string_view text;
      if (!string(text)) return false;
      append_json_string(out_, text);
      return true;
    }
    default:
      return number();
  }
}

bool Rewriter::word(std::string_view word) {
  if (raw_.substr(at_, word.size()) != word) return false;
  out_ += word;
  at_ += word.size();
  return true;
}

bool Rewriter::number() {
  std::string_view rest = raw_.substr(at_);
  const auto number = take_json_decimal(rest);
  if (!number) return false;
  const std::string_view token = raw_.substr(at_, raw_.size() - at_ - rest.size());
  at_ += token.size();
  append_ecmascript_number(out_, to_double(token, *number));
  return true;
}

bool Rewriter::array(int depth) {
  ++at_;
  out_ += '[';
  skip_blanks();
  if (!take(']')) {
    while (true) {
      if (!value(depth)) return false;
      skip_blanks();
      if (take(']')) break;
      if (!take(',')) return false;
      out_ += ',';
      skip_blanks();
    }
  }
  out_ += ']';
  return true;
}

bool Rewriter::object(int depth) {
  ++at_;
  out_ += '{';
  const size_t first_member = members_.size();
  const size_t keys_begin = keys_.size();
  const size_t text_begin = out_.size();
  skip_blanks();
  if (!take('}')) {
    while (true) {
      if (!member(depth)) return false;
      skip_blanks();
      if (take('}')) break;
      if (!take(',')) return false;
      out_ += ',';
      skip_blanks();
    }
  }
  if (sorts_keys_) sort_members(first_member, text_begin);
  members_.resize(first_member);
  keys_.resize(keys_begin);
  out_ += '}';
  return true;
}

bool Rewriter::member(int depth) {
  std::string_view key;
  if (!next_is('"') || !string(key)) return false;
  const size_t index = members_.size();
  const size_t text_begin = out_.size();
  if (sorts_keys_) {
    members_.push_back({keys_.size(), key.size(), text_begin, 0});
    keys_ += key;
  }
  append_json_string(out_, key);
  out_ += ':';
  skip_blanks();
  if (!take(':')) return false;
  skip_blanks();
  if (!value(depth)) return false;
  if (sorts_keys_) members_[index].text_size = out_.size() - text_begin;
  return true;
}

// Brings the members from `first` on, whose text is all of out_ from `text_begin`, into order.
void Rewriter::sort_members(size_t first, size_t text_begin) {
  const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto is_out_of_order = [this](const Member& a, const Member& b) {
    return !is_before(a, b);
  };
  if (std::adjacent_find(begin, members_.end(), is_out_of_order) == members_.end()) return;

  std::stable_sort(begin, members_.end(),
                   [this](const Member& a, const Member& b) { return is_before(a, b); });
  std::string sorted;
  sorted.reserve(out_.size() - text_begin);
  for (auto member = begin; member != members_.end(); ++member) {
    const auto next = member + 1;
    if (next != members_.end() && key(*next) == key(*member)) continue;  // the last one wins
    if (!sorted.empty()) sorted += ',';
    sorted.append(out_, member->text_begin, member->text_size);
  }
  out_.replace(text_begin, std::string::npos, sorted);
}

// Reads the string at at_; `text` is what it says, made storable, valid until the next one is read.
bool Rewriter::string(std::string_view& text) {
  const size_t begin = ++at_;
  while (true) {
    at_ = find_json_escape(raw_, at_);
    if (at_ == raw_.size()) return false;
    if (raw_[at_] == '"' || raw_[at_] == '\\') break;
    ++at_;  // a raw control character
  }
  text = raw_.substr(begin, at_ - begin);
  if (raw_[at_] == '\\') {
    if (!escaped_string(text)) return false;
  } else {
    ++at_;
  }
  if (!is_storable(text)) {
    storable_.clear();
    append_storable(storable_, text);
    text = storable_;
  }
  return true;
}

// Goes on where the first escape is; `text` is what stands before it.
bool Rewriter::escaped_string(std::string_view& text) {
  unescaped_.assign(text);
  while (!take('"')) {
    if (at_ == raw_.size()) return false;
    if (raw_[at_] == '\\') {
      if (!escape(unescaped_)) return false;
      continue;
    }
    const size_t end = find_json_escape(raw_, at_ + 1);  // at least one byte, be it a control
    unescaped_.append(raw_, at_, end - at_);
    at_ = end;
  }
  text = unescaped_;
  return true;
}

bool Rewriter::escape(std::string& text) {
  const UnicodeEscape unicode = read_unicode_escape(raw_.substr(at_));
  if (unicode.length > 0) {
    append_utf8(text, unicode.scalar);
    at_ += unicode.length;
    return true;
  }
  if (raw_.size() - at_ < 2) return false;
  switch (raw_[at_ + 1]) {
    case '"':
      text += '"';
      break;
    case '\\':
      text += '\\';
      break;
    case '/':
      text += '/';
      break;
    case 'b':
      text += '\b';
      break;
    case 'f':
      text += '\f';
      break;
    case 'n':
      text += '\n';
      break;
    case 'r':
      text += '\r';
      break;
    case 't':
      text += '\t';
      break;
    default:
      return false;
  }
  at_ += 2;
  return true;
}

bool append_rewritten(std::string& out, std::string_view raw, bool sorts_keys) {
  const size_t size = out.size();
  if (Rewriter(out, raw, sorts_keys).rewrite()) return true;
  out.resize(size);
  return false;
}

}  // namespace

bool append_sorted_json(std::string& out, std::string_view raw) {
  return append_rewritten(out, raw, true);
}

bool append_compact_json(std::string& out, std::string_view raw) {
  return append_rewritten(out, raw, false);
}

}  // namespace relayburn
