#pragma once
// Text from logs as it may be shown on a terminal, and how wide it is there.

#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

// Control characters (C0, DEL, C1, and those that turn the direction of text) as \xNN or \u{NNNN};
// invalid UTF-8 as U+FFFD.
std::string printable(std::string_view text);

// Columns that printable text takes: 2 for wide East Asian characters and emoji, 0 for combining
// marks.
size_t display_width(std::string_view text);

// 1234567 → "1,234,567".
std::string with_thousands(int64_t value);

}  // namespace relayburn
