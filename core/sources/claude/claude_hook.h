#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

// Claude Code tells a hook about its session as one JSON object. Gives the session's log and, where
// they are there, the folder of its subagents' logs and the log of the subagent that has ended. A
// path that begins with "~/" lies in `home`. Throws Error{Usage} where the text names no log.
std::vector<std::string> claude_hook_logs(std::string_view input, const std::string& home);

}  // namespace relayburn
