#pragma once
// What else can become of a history of OpenCode (opencode_history.h): it ends early, rows are never
// there, are damaged or written twice, it is a copy under another session, or goes on otherwise.

#include <string>

#include "tests/law/log_pool.h"

namespace relayburn {

std::string altered_history(const std::string& history, Random& random);

}  // namespace relayburn
