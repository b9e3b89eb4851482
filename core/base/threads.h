#pragma once

#include <cstddef>
#include <functional>

namespace relayburn {

// Runs work(0), …, work(count - 1), each on a thread of its own, the first on this one, and returns
// when all have ended. Where no more threads can be had, the rest run here, one after the other.
// Throws what one of them threw.
void run_on_threads(size_t count, const std::function<void(size_t)>& work);

}  // namespace relayburn
