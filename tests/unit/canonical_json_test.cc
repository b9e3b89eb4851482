#include "core/base/canonical_json.h"

#include <openssl/evp.h>

#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "core/base/utf8.h"

namespace relayburn {
namespace {

using namespace std::string_literals;

constexpr const char* kRefused = "refused";

std::string sorted(std::string_view raw) {
  std::string out = "-";
  const bool is_done = append_sorted_json(out, raw);
  if (!is_done) CHECK(out == "-");
  return is_done ? out.substr(1) : kRefused;
}

std::string compact(std::string_view raw) {
  std::string out = "-";
  const bool is_done = append_compact_json(out, raw);
  if (!is_done) CHECK(out == "-");
  return is_done ? out.substr(1) : kRefused;
}

std::string number(double value) {
  std::string out;
  append_ecmascript_number(out, value);
  return out;
}

// The vectors state the first 16 digits of the hash.
std::string short_hash(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  REQUIRE(EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (size_t i = 0; i < 8; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

TEST_CASE("the vectors of the record format", "[canonical_json]") {
  CHECK(short_hash(sorted("{}")) == "44136fa355b3678a");
  CHECK(short_hash(sorted(R"({"command":"ls -la"})")) == "1df8bccaec747dc6");
  CHECK(short_hash(sorted(R"({"old_string":"x","file_path":"/a/b.ts","new_string":"y"})")) ==
        "c8b9881facab086e");
  CHECK(short_hash(sorted(R"({"input":"*** Begin Patch\n*** End Patch\n"})")) ==
        "01bef7ae3e8ae927");
  CHECK(short_hash(compact(R"([ { "type" : "text", "text" : "hi" } ])")) == "6ce595b205dec57f");

  const std::string numbers =
      sorted(R"({"b":1.0,"a":[1e3,-0,0.1,1e21,1e-7,12345678901234567890]})");
  CHECK(numbers == R"({"a":[1000,0,0.1,1e+21,1e-7,12345678901234567000],"b":1})");
  CHECK(short_hash(numbers) == "2b7d67df33e0e84d");

  const std::string keys =
      sorted(R"({"\uffee":1,"\ud83d\ude00":2,"z":"\u2028\u007f\u0001\/\"\\\u00e9\ud83d\ude00"})");
  CHECK(keys == "{\"z\":\"\u2028\x7F\\u0001/\\\"\\\\é😀\",\"😀\":2,\"\uFFEE\":1}");
  CHECK(short_hash(keys) == "739cd4634c7509d1");
}

TEST_CASE("numbers are printed as ECMAScript does", "[canonical_json]") {
  CHECK(number(0.0) == "0");
  CHECK(number(-0.0) == "0");
  CHECK(number(-1.5) == "-1.5");
  CHECK(number(123.456) == "123.456");
  CHECK(number(1e20) == "100000000000000000000");
  CHECK(number(123456789012345680000.0) == "123456789012345680000");
  CHECK(number(1e21) == "1e+21");
  CHECK(number(-1.25e22) == "-1.25e+22");
  CHECK(number(1e-6) == "0.000001");
  CHECK(number(1.5e-6) == "0.0000015");
  CHECK(number(1e-7) == "1e-7");
  CHECK(number(1.5e-9) == "1.5e-9");
  CHECK(number(5e-324) == "5e-324");
  CHECK(number(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(number(-std::numeric_limits<double>::infinity()) == "null");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
}

TEST_CASE("numbers of any size are read", "[canonical_json]") {
  CHECK(sorted("12345678901234567890123") == "1.2345678901234568e+22");
  CHECK(sorted("9007199254740993") == "9007199254740992");
  CHECK(sorted("1e400") == "null");
  CHECK(sorted("-1e400") == "null");
  CHECK(sorted("1" + std::string(400, '0')) == "null");
  CHECK(sorted("1e-400") == "0");
  CHECK(sorted("0." + std::string(400, '0') + "1") == "0");
  CHECK(sorted("0." + std::string(400, '0') + "1e401") == "1");
  CHECK(sorted("0e999999999999999999999999") == "0");
  CHECK(sorted("1e-999999999999999999999999") == "0");
  CHECK(sorted("1e999999999999999999999999") == "null");
  CHECK(sorted("1E+2") == "100");
  for (const char* bad : {"+1", "01", "-01", "-", ".5", "1.", "1.e1", "1e", "1e+", "0x10", "1_0",
                          "NaN", "Infinity", "-Infinity", "1 2"}) {
    CAPTURE(bad);
    CHECK(sorted(bad) == kRefused);
  }
}

TEST_CASE("keys are sorted at every depth, the last of equal ones wins", "[canonical_json]") {
  CHECK(sorted(R"({"b":{"d":1,"c":[{"f":1,"e":2}]},"a":0})") ==
        R"({"a":0,"b":{"c":[{"e":2,"f":1}],"d":1}})");
  CHECK(sorted(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(sorted(R"({"a":1,"a":2,"a":{"x":1}})") == R"({"a":{"x":1}})");
  CHECK(sorted(R"({"a":1,"\u0061":2})") == R"({"a":2})");
  CHECK(sorted(R"({"10":1,"9":2,"":3,"__proto__":4})") == R"({"":3,"10":1,"9":2,"__proto__":4})");
  CHECK(sorted(R"({"ab":1,"a":2})") == R"({"a":2,"ab":1})");
  // Sorted as what they say, not as they are spelt.
  CHECK(sorted(R"({"!":1,"\u0001":2,"\\":3,"Z":4})") == R"({"\u0001":2,"!":1,"Z":4,"\\":3})");
}

TEST_CASE("keys are compared by UTF-16 code units", "[canonical_json]") {
  CHECK(sorted("{\"\uE000\":1,\"\U00010000\":2,\"\uD7FF\":3}") ==
        "{\"\uD7FF\":3,\"\U00010000\":2,\"\uE000\":1}");
  CHECK(sorted("{\"\uFFFF\":1,\"\U0010FFFF\":2,\"\U00010000\":3}") ==
        "{\"\U00010000\":3,\"\U0010FFFF\":2,\"\uFFFF\":1}");
}

TEST_CASE("compact JSON keeps order and duplicates", "[canonical_json]") {
  CHECK(compact(" { \"b\" : 1.0 , \"a\" : [ ] , \"b\" : { } } \r\n") == R"({"b":1,"a":[],"b":{}})");
  CHECK(compact("[true,false,null, \"x\"]") == "[true,false,null,\"x\"]");
}

TEST_CASE("strings become storable", "[canonical_json]") {
  CHECK(sorted(R"("\ud800")") == "\"\uFFFD\"");
  CHECK(sorted(R"("\ude00\ud83d")") == "\"\uFFFD\uFFFD\"");
  CHECK(sorted(R"("\ud83d\ud83d\ude00")") == "\"\uFFFD😀\"");
  CHECK(sorted(R"("\u0000")") == "\"\uFFFD\"");
  CHECK(sorted("\"\xFF|\xE2\x82|\xED\xA0\x80|\0\""s) == "\"\uFFFD|\uFFFD|\uFFFD|\uFFFD\"");
  CHECK(sorted("\"\xFF\\n\"") == "\"\uFFFD\\n\"");
  CHECK(sorted(R"({"\ud800":1,"\ud801":2})") == "{\"\uFFFD\":2}");
}

TEST_CASE("raw control characters in strings are taken", "[canonical_json]") {
  CHECK(sorted("\"a\nb\tc\x01\"") == R"("a\nb\tc\u0001")");
  CHECK(sorted("\"\\\"\n\"") == R"("\"\n")");
  CHECK(sorted("{\"k\n\":1}") == R"({"k\n":1})");
}

TEST_CASE("what is not one JSON value is refused", "[canonical_json]") {
  for (const std::string& bad : {""s,
                                 " "s,
                                 "{"s,
                                 "}"s,
                                 "["s,
                                 "]"s,
                                 "{]"s,
                                 "[}"s,
                                 "{\"a\"}"s,
                                 "{\"a\":}"s,
                                 "{\"a\":1,}"s,
                                 "{,}"s,
                                 "{a:1}"s,
                                 "{1:1}"s,
                                 "[1,]"s,
                                 "[,1]"s,
                                 "[1 2]"s,
                                 "{}{}"s,
                                 "tru"s,
                                 "True"s,
                                 "nullx"s,
                                 "\""s,
                                 "\"a"s,
                                 "'a'"s,
                                 "\"\\"s,
                                 "\"\\x\""s,
                                 "\"\\u12\""s,
                                 "\"\\u12g4\""s,
                                 "\"\\"s,
                                 "\"\\\n\""s,
                                 "\xEF\xBB\xBF{}"s,
                                 "\x0B{}"s,
                                 "{\"a\":1 \"b\":2}"s,
                                 "1,"s,
                                 "//\n1"s}) {
    CAPTURE(bad);
    CHECK(sorted(bad) == kRefused);
    CHECK(compact(bad) == kRefused);
  }
}

TEST_CASE("nesting ends at 512", "[canonical_json]") {
  const auto nested = [](size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += open;
    text += '1';
    for (size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  CHECK(sorted(nested(512, "[", "]")) == nested(512, "[", "]"));
  CHECK(sorted(nested(512, "{\"a\":", "}")) == nested(512, "{\"a\":", "}"));
  CHECK(sorted(nested(513, "[", "]")) == kRefused);
  CHECK(sorted(nested(513, "{\"a\":", "}")) == kRefused);
  CHECK(sorted(std::string(1'000'000, '[')) == kRefused);
}

TEST_CASE("what was canonical stays as it is", "[canonical_json]") {
  const std::string once = sorted(R"({"b":[1e21,"\ud800\u2028"],"a":{"\u0000":-0.0}})");
  CHECK(sorted(once) == once);
  CHECK(compact(once) == once);
}

}  // namespace
}  // namespace relayburn
