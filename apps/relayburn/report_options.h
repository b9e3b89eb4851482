#pragma once
// Options that several commands with reports have, and what a terminal shows of them.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relayburn {

// "claude" stands for "claude-code". Throws Error{Usage} for an agent that is not known.
std::vector<std::string> parse_sources(const std::vector<std::string>& names);
std::vector<std::pair<std::string, std::string>> parse_tags(const std::vector<std::string>& tags);

// COLUMNS, else what the terminal says.
std::optional<size_t> screen_width();

}  // namespace relayburn
