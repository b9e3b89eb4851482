#include "core/base/json_validity.h"

#include <simdjson.h>

#include <algorithm>
#include <string>

namespace relayburn {
namespace {

// RFC 8259 without recursion: nesting costs a byte a level, whatever the depth.
class Grammar {
 public:
  explicit Grammar(std::string_view text) : text_(text) {}

  bool holds() {
    do {
      if (!take_value()) return false;
    } while (!open_.empty());
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  // A value up to its end; of an object or array that is not empty, up to where its first value
  // begins.
  bool take_value() {
    skip_blanks();
    const char first = peek();
    if (first == '{' || first == '[') return open(first);
    if (!take_scalar(first)) return false;
    return close_what_ends();
  }

  bool open(char bracket) {
    ++at_;
    skip_blanks();
    if (take(bracket == '{' ? '}' : ']')) return close_what_ends();
    open_ += bracket;
    return bracket == '[' || take_key();
  }

  // Behind a value: commas lead to the next one, brackets end those around it.
  bool close_what_ends() {
    while (!open_.empty()) {
      skip_blanks();
      const bool is_object = open_.back() == '{';
      if (take(',')) return !is_object || take_key();
      if (!take(is_object ? '}' : ']')) return false;
      open_.pop_back();
    }
    return true;
  }

  bool take_key() {
    skip_blanks();
    if (!take_string()) return false;
    skip_blanks();
    return take(':');
  }

  bool take_scalar(char first) {
    switch (first) {
      case '"':
        return take_string();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return take_number();
    }
  }

  bool take_string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !take_escape()) return false;
    }
    return false;
  }

  bool take_escape() {
    const char c = peek();
    ++at_;
    if (c != 'u')
      return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos && c != '\0';
    for (int i = 0; i < 4; ++i, ++at_)
      if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos ||
          peek() == '\0')
        return false;
    return true;
  }

  bool take_digits() {
    const size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }

  bool take_number() {
    take('-');
    if (!take('0') && !take_digits()) return false;
    if (take('.') && !take_digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return take_digits();
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string open_;  // the brackets around the value at hand
};

bool has_open_string(std::string_view line) {
  bool is_open = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') is_open = !is_open;
    if (line[i] == '\\' && is_open) ++i;
  }
  return is_open;
}

}  // namespace

struct JsonValidator::Parser {
  simdjson::dom::parser dom;
};

JsonValidator::JsonValidator() : parser_(std::make_unique<Parser>()) {}
JsonValidator::~JsonValidator() = default;

bool JsonValidator::is_valid(std::string_view text) {
  // Quick, but at up to 20 bytes of memory for a byte of text: not for giants.
  constexpr size_t max_at_once = size_t{1} << 20;
  if (text.size() > max_at_once) return Grammar(text).holds();
  simdjson::dom::element ignored;
  if (!parser_->dom.parse(text.data(), text.size(), false).get(ignored)) return true;
  // It refuses some that are valid, too: 1e400, integers past 64 bits, lone surrogates, deep
  // nesting.
  return Grammar(text).holds();
}

const char* broken_json_line(std::string_view text) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (has_open_string(line) || !simdjson::validate_utf8(line)) return line.data();
    begin = end + 1;
  }
  return text.data() + text.size();
}

}  // namespace relayburn
