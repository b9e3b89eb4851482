#pragma once
// Typed access to the values of a JSON list, with messages that name file, line and subject. For
// the .cc files of this folder alone: it includes simdjson.

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

namespace ondemand = simdjson::ondemand;
using ondemand::json_type;

// Returns the beginning of a long text.
std::string shown(std::string_view text);

class JsonListReader {
 public:
  // `name` outlives the reader.
  JsonListReader(std::string_view json, const std::string& name)
      : json_(json), name_(name), at_(json_.data()) {}

 protected:
  int64_t line() const { return 1 + std::count(json_.data(), at_, '\n'); }
  // Throws Error{Usage} naming the list, the line of at_, and subject_ where there is one.
  [[noreturn]] void fail(const std::string& problem) const;

  // Each remembers where the value begins, for messages, and fails on a value of another type.
  void expect(ondemand::value& value, json_type type, std::string_view what);
  ondemand::object object_in(ondemand::value value, std::string_view what);
  ondemand::array array_in(ondemand::value value, std::string_view what);
  std::string_view string_in(ondemand::value value, std::string_view what);
  // Returns a number from 0 to `greatest` with at most `decimals` decimals, times 10^decimals.
  int64_t number_in(ondemand::value value, std::string_view what, int decimals, int64_t greatest);
  // Reads past a value; fails where it is no valid JSON.
  void skip(ondemand::value value, int depth = 0);

  simdjson::padded_string json_;
  const std::string& name_;
  const char* at_;       // where the last value that was looked at begins
  std::string subject_;  // "anthropic/claude-opus-4-6", once a model is being read
};

}  // namespace relayburn
