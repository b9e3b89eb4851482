#include "core/sources/git_config.h"

#include <algorithm>

namespace relayburn {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); }

bool equals_folded(std::string_view text, std::string_view lower_text) {
  return std::equal(text.begin(), text.end(), lower_text.begin(), lower_text.end(),
                    [](char a, char b) { return lower(a) == b; });
}

// Reads a config file from the left. What git would refuse is read over, up to the end of its line.
class ConfigReader {
 public:
  explicit ConfigReader(std::string_view text) : text_(text) {}

  std::optional<std::string> origin_url() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
    std::optional<std::string> url;
    bool in_origin = false;
    while (skip_to_item()) {
      if (take('[')) {
        in_origin = read_section_is_origin();
        continue;
      }
      const std::string_view key = read_name();
      if (key.empty()) {
        skip_line();
        continue;
      }
      skip_blanks();
      // A key without '=' is a switch, not a text.
      if (!take('=')) continue;
      std::string value = read_value();
      if (in_origin && equals_folded(key, "url")) url = std::move(value);
    }
    return url;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  // Past blanks, comments and empty lines; false at the end.
  bool skip_to_item() {
    while (true) {
      skip_blanks();
      if (at_end()) return false;
      if (text_[at_] == '#' || text_[at_] == ';') {
        skip_line();
      } else if (!take('\n')) {
        return true;
      }
    }
  }

  std::string_view read_name() {
    const size_t begin = at_;
    const auto is_name_byte = [](char c) {
      return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    while (!at_end() && is_name_byte(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // After '['. The name of a section is in any case, that of a remote as it is.
  bool read_section_is_origin() {
    const bool is_remote = equals_folded(read_name(), "remote");
    skip_blanks();
    std::string remote;
    if (take('"')) {
      while (!at_end() && text_[at_] != '"' && text_[at_] != '\n') {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        remote += text_[at_++];
      }
      take('"');
    }
    skip_blanks();
    if (!take(']')) {
      skip_line();
      return false;
    }
    return is_remote && remote == "origin";
  }

  // After '='. Quotes are dropped and shelter blanks and comment signs; a backslash at the end of a
  // line joins the next one to it.
  std::string read_value() {
    skip_blanks();
    std::string value;
    size_t kept = 0;  // without the blanks that end it
    bool is_quoted = false;
    while (!at_end() && text_[at_] != '\n') {
      const char c = text_[at_++];
      if (!is_quoted && (c == '#' || c == ';')) {
        skip_line();
        break;
      }
      if (c == '"') {
        is_quoted = !is_quoted;
        kept = value.size();
        continue;
      }
      if (c == '\\') {
        append_escaped(value);
      } else {
        value += c;
      }
      if (is_quoted || !is_blank(value.empty() ? ' ' : value.back())) kept = value.size();
    }
    value.resize(kept);
    return value;
  }

  // After a backslash.
  void append_escaped(std::string& value) {
    if (take('\n') || at_end()) return;
    if (text_.substr(at_, 2) == "\r\n") {
      at_ += 2;
      return;
    }
    const char c = text_[at_++];
    switch (c) {
      case 'n':
        value += '\n';
        return;
      case 't':
        value += '\t';
        return;
      case 'b':
        value += '\b';
        return;
      default:
        value += c;
        return;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<std::string> origin_url(std::string_view config) {
  return ConfigReader(config).origin_url();
}

}  // namespace relayburn
