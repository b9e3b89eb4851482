#pragma once
// JSON values in one fixed spelling, so that equal values hash alike on every host.

#include <string>
#include <string_view>

namespace relayburn {

// The JSON value `raw` (one value, surrounding blanks allowed) without insignificant blanks,
// numbers as ECMAScript prints them after reading them as IEEE doubles, strings unescaped, made
// storable (utf8.h) and escaped as append_json_string does. False, and `out` unchanged, where `raw`
// is not one whole JSON value or is nested deeper than 512.
//
// `append_sorted_json`: objects with their keys in ascending order of UTF-16 code units, of
// duplicate keys the last value. `append_compact_json`: keys in source
// order, all kept.
bool append_sorted_json(std::string& out, std::string_view raw);
bool append_compact_json(std::string& out, std::string_view raw);

// As ECMAScript's Number::toString; "null" where it is not finite.
void append_ecmascript_number(std::string& out, double value);

}  // namespace relayburn
