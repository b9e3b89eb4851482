#pragma once
// Appends compact JSON to a string. Text must be valid UTF-8 (see utf8.h); only '"', '\' and
// U+0000..U+001F are escaped (\b \t \n \f \r, else \u00xx in lower case), as ECMAScript does.

#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);

 private:
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace relayburn
