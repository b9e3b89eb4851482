#pragma once

#include <string>
#include <string_view>

namespace relayburn {

// Returns one spelling for the names that an agent's log, an agent's own total, an API and a
// console have for one model: "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5[1m]" and
// "Claude Haiku 4.5" are all "claude-haiku-4-5". Dates are dropped; two models of different names
// never get the same key. The prefix of a reseller stays: its calls are on another bill.
std::string model_key(std::string_view name);

}  // namespace relayburn
