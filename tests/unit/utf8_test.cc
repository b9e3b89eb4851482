#include "core/base/utf8.h"

#include <catch2/catch.hpp>
#include <string>

namespace relayburn {
namespace {

using namespace std::string_literals;

const std::string kBad = "\xEF\xBF\xBD";

std::string storable(const std::string& text) {
  std::string out = "-";
  append_storable(out, text);
  REQUIRE(out[0] == '-');
  return out.substr(1);
}

TEST_CASE("storable text is valid UTF-8 without NUL", "[utf8]") {
  CHECK(is_storable(""));
  CHECK(is_storable("plain text, longer than one word of eight bytes"));
  CHECK(is_storable("\x01\x7F\r\n\t"));
  CHECK(is_storable("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
  CHECK(is_storable("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF 😀日本語"));

  for (const std::string& bad :
       {"\0"s, "\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xC2"s, "\xE0\x9F\xBF"s, "\xE0\xA0"s,
        "\xED\xA0\x80"s, "\xED\xBF\xBF"s, "\xF0\x8F\xBF\xBF"s, "\xF4\x90\x80\x80"s, "\xF5"s,
        "\xFF"s, "\xF0\x90\x80"s}) {
    CAPTURE(bad);
    CHECK_FALSE(is_storable(bad));
  }
}

TEST_CASE("what is not storable is found at every place", "[utf8]") {
  for (size_t length = 1; length < 40; ++length) {
    for (size_t place = 0; place < length; ++place) {
      std::string text(length, '\x7F');
      CHECK(is_storable(text));
      for (const char bad : {'\0', '\x80', '\xFF'}) {
        text[place] = bad;
        CHECK_FALSE(is_storable(text));
        CHECK(storable(text) == text.substr(0, place) + kBad + text.substr(place + 1));
      }
    }
  }
}

TEST_CASE("each ill-formed part becomes one replacement character", "[utf8]") {
  CHECK(storable("ok 😀") == "ok 😀");
  CHECK(storable("a\0b"s) == "a" + kBad + "b");
  CHECK(storable("\0\0"s) == kBad + kBad);
  CHECK(storable("\x80\xBF") == kBad + kBad);
  CHECK(storable("\xC0\x80") == kBad + kBad);
  CHECK(storable("\xE2\x82") == kBad);
  CHECK(storable("\xE2\x82"
                 "x") == kBad + "x");
  CHECK(storable("\xE2\xE2\x82\xAC") == kBad + "€");
  CHECK(storable("\xF0\x9F\x98") == kBad);
  CHECK(storable("\xF0\x80\x80\x80") == kBad + kBad + kBad + kBad);
  CHECK(storable("\xF4\x90\x80\x80") == kBad + kBad + kBad + kBad);
  CHECK(storable("\xFF\xFE") == kBad + kBad);
}

TEST_CASE("an encoded surrogate counts as one", "[utf8]") {
  CHECK(storable("\xED\xA0\x80") == kBad);
  CHECK(storable("x\xED\xBF\xBFy") == "x" + kBad + "y");
  CHECK(storable("\xED\xA0\xBD\xED\xB8\x80") == kBad + kBad);
  CHECK(storable("\xED\xA0") == kBad + kBad);
  CHECK(storable("\xED\xA0z") == kBad + kBad + "z");
}

TEST_CASE("repair makes strings that a strict parser takes", "[utf8]") {
  CHECK(repair_json("") == "");
  CHECK(repair_json("\xEF\xBB\xBF{}") == "{}");
  CHECK(repair_json("{\"a\" : [1, \"\xEF\xBB\xBF\"]}\r\n") ==
        "{\"a\" : [1, \"\xEF\xBB\xBF\"]}\r\n");
  CHECK(repair_json("\"\xFF|\0|\""s) == "\"" + kBad + "|" + kBad + "|\"");
  CHECK(repair_json("[\t\"a\tb\nc\x01\x1F\x7F\",\n1]") ==
        "[\t\"a\\tb\\nc\\u0001\\u001f\x7F\",\n1]");
}

TEST_CASE("repair replaces escapes that are no text", "[utf8]") {
  CHECK(repair_json(R"("\ud83d\ude00 \u00e9 \u0001")") == R"("\ud83d\ude00 \u00e9 \u0001")");
  CHECK(repair_json(R"("\ud800")") == R"("\ufffd")");
  CHECK(repair_json(R"("\uDFFFx")") == R"("\ufffdx")");
  CHECK(repair_json(R"("\ud83d\ud83d\ude00")") == R"("\ufffd\ud83d\ude00")");
  CHECK(repair_json(R"("\ud83d\n\ude00")") == R"("\ufffd\n\ufffd")");
  CHECK(repair_json(R"("\u0000")") == R"("\ufffd")");
  CHECK(repair_json(R"("\\u0000 \\\ud800")") == R"("\\u0000 \\\ufffd")");
  CHECK(repair_json(R"("\"\u0000")") == R"("\"\ufffd")");
}

TEST_CASE("repair leaves alone what it cannot mend", "[utf8]") {
  for (const std::string broken : {R"("\u12)", R"("\u12zz")", R"("\)", R"("\x")", R"({"a":)",
                                   R"(\u0000 outside)", "\"\\\n\"", "\"open"}) {
    CHECK(repair_json(broken) == broken);
  }
}

TEST_CASE("the extent of the first object", "[utf8]") {
  CHECK(object_extent("{}") == 2);
  CHECK(object_extent("{}{}") == 2);
  CHECK(object_extent(R"({"a":{"b":[{}]}} rest)") == 16);
  CHECK(object_extent(R"({"a":"}\"}\\"}{"b":1})") == 14);
  CHECK(object_extent("{\"a\":[}tail") == 7);
  CHECK(object_extent("{\"raw\ncontrol\x01\":1}") == 18);

  CHECK(object_extent("") == 0);
  CHECK(object_extent(" {}") == 0);
  CHECK(object_extent("[{}]") == 0);
  CHECK(object_extent("{") == 0);
  CHECK(object_extent(R"({"a":{})") == 0);
  CHECK(object_extent(R"({"a":"})") == 0);
  CHECK(object_extent(R"({"a\)") == 0);
}

}  // namespace
}  // namespace relayburn
