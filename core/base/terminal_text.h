#pragma once
// Text from logs as it may be shown on a terminal, and how wide it is there.

#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

// Control characters (C0, DEL, C1, and those that turn the direction of text) as \xNN or \u{NNNN};
// invalid UTF-8 as U+FFFD.
std::string printable(std::string_view text);
// The same of each line; line feeds stay.
std::string printable_lines(std::string_view text);

// Columns that printable text takes: 2 for wide East Asian characters and emoji, 0 for combining
// marks.
size_t display_width(std::string_view text);

// Printable text as it is, or its beginning and its end around "…", so that it takes no more than
// `width` columns, which is one at least.
std::string shortened(const std::string& text, size_t width);

// 1234567 → "1,234,567".
std::string with_thousands(int64_t value);

}  // namespace relayburn
