#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace relayburn {

// Replaces A to Z; all other bytes stay.
std::string lower_case(std::string_view text);

// Returns how many bytes must be changed, added or removed to make one text of the other
// (Levenshtein). Takes time and memory of the product of their lengths.
size_t edit_distance(std::string_view from, std::string_view to);

}  // namespace relayburn
