#pragma once
// HTML as text. Whatever comes from a log goes through escaped().

#include <string>
#include <string_view>

namespace relayburn {

// Printable text as it may stand between tags and in quoted attributes.
std::string escaped(std::string_view text);

// A number of an attribute: at most three digits after the point.
std::string decimal(double value);
// "12.5%"
std::string percentage(double share);

// 'sha256-…' of a Content-Security-Policy, for an inline style or script with exactly that text.
std::string content_hash(std::string_view text);

// What every page has: how it looks, and how its tables are sorted.
std::string_view page_style();
std::string_view page_script();

}  // namespace relayburn
