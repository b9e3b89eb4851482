#include "core/base/json_writer.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace relayburn {
namespace {

using namespace std::string_literals;

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST_CASE("only quotes, backslashes and controls are escaped", "[json_writer]") {
  CHECK(quoted("") == "\"\"");
  CHECK(quoted("plain / text") == "\"plain / text\"");
  CHECK(quoted("\"\\") == R"("\"\\")");
  CHECK(quoted("\b\t\n\f\r") == R"("\b\t\n\f\r")");
  CHECK(quoted("\0\x01\x0B\x1F"s) == R"("\u0000\u0001\u000b\u001f")");
  CHECK(quoted("\x7F\u2028\u2029é😀") == "\"\x7F\u2028\u2029é😀\"");
}

TEST_CASE("escapes are found at every place", "[json_writer]") {
  for (size_t length = 1; length < 30; ++length) {
    for (size_t place = 0; place < length; ++place) {
      std::string text(length, '\xC3');
      text[place] = '\n';
      CHECK(quoted(text) == '"' + text.substr(0, place) + "\\n" + text.substr(place + 1) + '"');
      // Neighbours of what is escaped in the order of bytes.
      for (const char plain : {' ', '!', '#', '[', ']', '\x80', '\xFF'}) {
        text[place] = plain;
        CHECK(quoted(text) == '"' + text + '"');
      }
    }
  }
}

TEST_CASE("commas stand where they belong", "[json_writer]") {
  std::string out = "keep:";
  JsonWriter writer(out);
  writer.begin_object();
  writer.key("a").integer(1);
  writer.key("b\n").begin_array().string("x").null().boolean(true).boolean(false).end_array();
  writer.key("c").begin_object().end_object();
  writer.key("d").begin_array().begin_array().end_array().begin_object().end_object().end_array();
  writer.key("e").raw(R"({"raw":1})");
  writer.key("f").string("");
  writer.end_object();
  CHECK(out ==
        R"(keep:{"a":1,"b\n":["x",null,true,false],"c":{},"d":[[],{}],"e":{"raw":1},"f":""})");
}

TEST_CASE("integers of any size", "[json_writer]") {
  std::string out;
  JsonWriter(out)
      .begin_array()
      .integer(0)
      .integer(-1)
      .integer(std::numeric_limits<int64_t>::max())
      .integer(std::numeric_limits<int64_t>::min())
      .end_array();
  CHECK(out == "[0,-1,9223372036854775807,-9223372036854775808]");
}

}  // namespace
}  // namespace relayburn
