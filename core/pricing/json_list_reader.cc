#include "core/pricing/json_list_reader.h"

#include "core/base/error.h"
#include "core/pricing/decimal.h"

namespace relayburn {
namespace {

const char* name_of(json_type type) {
  switch (type) {
    case json_type::array:
      return "an array";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return "null";
  }
  return "something else";
}

// The token without the blanks that simdjson leaves behind it.
std::string_view trimmed(std::string_view token) {
  const size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr size_t kMost = 40;
  return text.size() <= kMost ? std::string(text) : std::string(text.substr(0, kMost)) + "...";
}

void JsonListReader::fail(const std::string& problem) const {
  throw Error(ErrorKind::Usage, name_ + ":" + std::to_string(line()) + ": " +
                                    (subject_.empty() ? "" : subject_ + ": ") + problem);
}

void JsonListReader::expect(ondemand::value& value, json_type type, std::string_view what) {
  at_ = value.raw_json_token().data();
  const json_type found = value.type();
  if (found == type) return;
  fail("expected " + std::string(name_of(type)) + " for " + shown(what) + ", got " +
       name_of(found));
}

ondemand::object JsonListReader::object_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::object, what);
  return value.get_object();
}

ondemand::array JsonListReader::array_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::array, what);
  return value.get_array();
}

std::string_view JsonListReader::string_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::string, what);
  return value.get_string();
}

int64_t JsonListReader::number_in(ondemand::value value, std::string_view what, int decimals,
                                  int64_t greatest) {
  expect(value, json_type::number, what);
  const auto token = trimmed(value.raw_json_token());
  const auto number = scaled_decimal(token, decimals);
  if (number && *number <= greatest * power_of_ten(decimals)) return *number;
  fail(shown(what) + " must be a number from 0 to " + std::to_string(greatest) + " with at most " +
       std::to_string(decimals) + " decimals, got " + shown(token));
}

// simdjson steps over an unread value without looking at it; one that is read must be JSON.
void JsonListReader::skip(ondemand::value value, int depth) {
  constexpr int kDeepest = 100;
  at_ = value.raw_json_token().data();
  if (depth > kDeepest) fail("nested too deeply");
  switch (value.type()) {
    case json_type::object:
      for (ondemand::field field : value.get_object()) {
        static_cast<void>(field.unescaped_key().value());
        skip(field.value(), depth + 1);
      }
      return;
    case json_type::array:
      for (ondemand::value element : value.get_array()) skip(element, depth + 1);
      return;
    case json_type::string:
      static_cast<void>(value.get_string().value());
      return;
    case json_type::number:
      static_cast<void>(value.get_double().value());
      return;
    case json_type::boolean:
      static_cast<void>(value.get_bool().value());
      return;
    case json_type::null:
      if (!value.is_null()) fail("not valid JSON: expected null");
  }
}

}  // namespace relayburn
