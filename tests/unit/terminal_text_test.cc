#include "core/base/terminal_text.h"

#include <catch2/catch.hpp>
#include <climits>
#include <string>

namespace relayburn {
namespace {

TEST_CASE("plain text is shown as it is", "[terminal_text]") {
  for (const char* text :
       {"", "claude-opus-4-6", "a b~", "grüße", "日本語", "😀", "e\u0301", "\\x1b"})
    CHECK(printable(text) == text);
}

TEST_CASE("control characters are spelled out", "[terminal_text]") {
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("a\tb\r\nc\x7f") == "a\\x09b\\x0d\\x0ac\\x7f");
  CHECK(printable("\u0080\u009b\u009f\u00a0") == "\\x80\\x9b\\x9f\u00a0");
}

TEST_CASE("what turns the direction of text is spelled out", "[terminal_text]") {
  CHECK(printable("a\u202eb") == "a\\u{202e}b");
  for (const char* turn :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202d", "\u2066", "\u2069"}) {
    CAPTURE(turn);
    CHECK_THAT(printable(turn), Catch::StartsWith("\\u{") && Catch::EndsWith("}"));
  }
  CHECK(printable("\u200d\u2027\u202f\u2065\u206a") == "\u200d\u2027\u202f\u2065\u206a");
}

TEST_CASE("invalid bytes and NUL are replaced", "[terminal_text]") {
  CHECK(printable("a\xff\xc3z") == "a\uFFFD\uFFFDz");
  CHECK(printable(std::string_view("\0", 1)) == "\uFFFD");
  CHECK(printable("\x9b") == "\uFFFD");
}

TEST_CASE("no byte of any text reaches the terminal as a control", "[terminal_text]") {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      for (const char c : printable(text))
        REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    }
}

TEST_CASE("width counts columns, not bytes", "[terminal_text]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("grüße") == 5);
  CHECK(display_width("≥ $1") == 4);
  CHECK(display_width("─") == 1);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("한글") == 4);
  CHECK(display_width("ＡＢ") == 4);
  CHECK(display_width("𠀀") == 2);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\uFE0F\u200d") == 0);
  CHECK(display_width("\uFFFD") == 1);
}

TEST_CASE("older emoji are as wide as newer ones", "[terminal_text]") {
  for (const char* emoji : {"✅", "⚡", "❌", "⭐"}) {
    CAPTURE(emoji);
    CHECK(display_width(emoji) == 2);
  }
}

TEST_CASE("lines are made printable one by one", "[terminal_text]") {
  CHECK(printable_lines("") == "");
  CHECK(printable_lines("a\n") == "a\n");
  CHECK(printable_lines("a\x1b\n\nb\r\nc") == "a\\x1b\n\nb\\x0d\nc");
}

TEST_CASE("what is too wide keeps its beginning and its end", "[terminal_text]") {
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdef", 5) == "ab…ef");
  CHECK(shortened("abcdef", 4) == "ab…f");
  CHECK(shortened("abcdef", 1) == "…");
  CHECK(shortened("日本語日本語", 6) == "日…語");
  CHECK(shortened("日本語日本語", 4) == "日…");
}

TEST_CASE("thousands are set apart", "[terminal_text]") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(1000) == "1,000");
  CHECK(with_thousands(123456) == "123,456");
  CHECK(with_thousands(1234567) == "1,234,567");
  CHECK(with_thousands(-1) == "-1");
  CHECK(with_thousands(-100) == "-100");
  CHECK(with_thousands(-123456) == "-123,456");
  CHECK(with_thousands(INT64_MAX) == "9,223,372,036,854,775,807");
  CHECK(with_thousands(INT64_MIN) == "-9,223,372,036,854,775,808");
}

}  // namespace
}  // namespace relayburn
