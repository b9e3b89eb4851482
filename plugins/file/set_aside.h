#pragma once
// ledger.damaged.N beside the ledger: what an append left that did not end. Kept for people;
// nothing reads it.

#include <cstdint>
#include <string>
#include <vector>

namespace relayburn {

// Moves the bytes of the ledger from `begin` on into the next ledger.damaged.N, and returns its
// path. Both files are on disk afterwards. Requires the writer's lock.
std::string set_aside_tail(const std::string& ledger_path, int64_t begin);

enum class SetAside { All, WithContent };
// Deletes such files, because a prune or a forget must reach their copies of what it erases.
// Returns their paths.
std::vector<std::string> erase_set_aside(const std::string& ledger_path, SetAside which);

}  // namespace relayburn
