#include "core/base/json_validity.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/json_padding.h"

using namespace relayburn;

namespace {

bool is_valid(const std::string& text) {
  JsonValidator validator;
  std::string padded = text + std::string(kJsonPadding, '\0');
  return validator.is_valid({padded.data(), text.size()});
}

}  // namespace

TEST_CASE("every part of a valid text is valid") {
  for (const char* text : {"{}", "[]", R"({"a":[1,-0.5e+3,true,false,null,"x\n\u00e9"],"b":{}})",
                           " [ [ ] , { } ] ", "0"})
    CHECK(is_valid(text));
}

TEST_CASE("what one library refuses may be valid all the same") {
  CHECK(is_valid(R"({"a":1e400})"));
  CHECK(is_valid(R"({"a":123456789012345678901234567890})"));
  CHECK(is_valid(R"({"a":"\ud800"})"));
  const std::string deep(100000, '[');
  CHECK(is_valid("{\"a\":" + deep + std::string(100000, ']') + "}"));
  CHECK_FALSE(is_valid("{\"a\":" + deep + std::string(99999, ']') + "}"));
}

TEST_CASE("damage is found wherever it is") {
  for (const char* text :
       {R"({"a":[REDACTED]})", R"({"a":external})", R"({"a":[1})", R"({"a":"\x41"})", R"({"a":01})",
        R"({"a":NaN})", R"({"a":1,})", R"({"a" 1})", R"({"a":"\ud80"})", R"({"a":1e400,"b":+1})",
        R"({"a":1e400,"b":[1 2]})", R"({"a":1e400} x)", R"({"a":1e400,"b":"\x"})",
        R"({"a":1e400,"b":01})", R"({"a":1e400,"b":tru})", ""})
    CHECK_FALSE(is_valid(text));
}
