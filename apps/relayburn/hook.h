#pragma once
// `ingest --hook`: an agent runs us at each of its steps and waits for us, so whatever happens we
// end soon and with exit 0.

#include <string>

#include "apps/relayburn/cli.h"

namespace relayburn {

inline constexpr unsigned kHookSeconds = 5;

// Of the arguments as they are, also where they are wrong: the agent takes our exit 2 for "do not
// go on".
bool is_hook(int argc, const char* const* argv);

// From now on the process has that long, then it says so on stderr and exits 0. A batch that is
// under way is abandoned; the next ingest reads it again.
void end_hook_after(unsigned seconds);

// What the agent writes to our standard input.
std::string read_hook_input();
// The ingest of the logs that `input` names; `home` is what "~" stands for in them. Throws
// Error{Usage} where it names none.
IngestCommand with_hook_input(const IngestCommand& command, const std::string& home,
                              const std::string& input);

}  // namespace relayburn
