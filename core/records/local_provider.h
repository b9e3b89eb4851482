#pragma once

#include <string_view>

namespace relayburn {

// True of the names of programs that serve models on the user's own machine: "ollama", "lmstudio",
// "llama.cpp". People choose the spelling: case, '_' and '.' do not matter.
bool is_local_provider(std::string_view name);

}  // namespace relayburn
