#pragma once
// Texts in the state of a cursor: "<bytes>:" and the bytes.

#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

void append_state_text(std::string& out, std::string_view text);

// Takes one text off the start of `rest`; nullopt where there is none.
std::optional<std::string_view> take_state_text(std::string_view& rest);

}  // namespace relayburn
