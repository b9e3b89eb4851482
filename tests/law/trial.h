#pragma once

#include <string>

#include "tests/law/schedule.h"

namespace relayburn {

// Runs a schedule in stores of its own, lets every host read the rest, and compares with one plain
// reading of all logs: the digest, a report, the counts, what a further run does. What does not
// hold, or nothing.
std::string try_schedule(const Schedule& schedule, const LogPool& pool);

}  // namespace relayburn
