#pragma once
// What OpenCode writes in the course of a session, in the order in which it does. A history is its
// log for the law machine: it grows by lines, and what lies on the disk follows from them, so that
// a state of it is known by its number of bytes. A line is "KEY WHAT": in a tree the name of a file
// and its JSON, in a database the name of a row and the SQL that puts it there. Later lines of a
// key replace earlier ones, and say no less.

#include <cstdint>
#include <string>
#include <string_view>

namespace relayburn {

enum class OpencodeForm { Tree, Database, Database2 };
inline constexpr std::string_view kOpencodeForms[] = {"tree", "database", "database2"};

// The same session in each form.
std::string opencode_history(OpencodeForm form, uint64_t seed);

}  // namespace relayburn
