#pragma once
// The facts of OpenCode's objects, whichever generation of its storage they come from
// (FORMAT.md 2 to 4): what they say, without a decision. All text is owned: an object is
// put together from several texts.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/records/records.h"

namespace relayburn {

using OwnText = std::optional<std::string>;

inline OptText view(const OwnText& text) { return text ? OptText(*text) : std::nullopt; }
// Absent where it is empty.
inline OptText stated(const OwnText& text) {
  return text && !text->empty() ? OptText(*text) : std::nullopt;
}

// Numbers as the log spells them.
struct OpencodeUsage {
  bool is_present = false;   // it states a count that is known
  bool has_members = false;  // it states anything
  OwnText input, output, reasoning, cache_read, cache_write;
  OwnText total;
};

// One request to the model: a step-finish part, or a row of 2.x.
struct OpencodeStep {
  OwnText part_id;
  OwnText reason;
  OwnText cost;
  OpencodeUsage usage;
};

struct OpencodeText {
  enum class Kind { Text, Reasoning };
  Kind kind = Kind::Text;
  std::string text;
  bool is_synthetic = false;  // the harness wrote it, or the model never sees it
  size_t step = 0;            // the index of its step, which may not have finished
};

struct OpencodeTool {
  OwnText call_id, name, status;
  OwnText input;  // a raw JSON object
  OwnText output, error;
  OwnText child_session;
  OwnText started, ended;     // milliseconds
  bool is_compacted = false;  // the output is no longer what the tool said
  size_t step = 0;            // the index of its step, which may not have finished
};

struct OpencodeMessage {
  OwnText id, session_id;
  OwnText role;  // "user", "assistant"; "compaction" is a row of 2.x
  OwnText parent_id, provider, model, cwd, finish, cost;
  OwnText created, completed;  // milliseconds
  bool has_error = false;
  bool is_summary = false;
  bool has_compaction = false;
  OwnText compaction_trigger;
  OwnText status;               // of a compaction of 2.x: "running", "completed", "failed"
  OwnText copied_from;          // the turn whose copy it is, in the session that was forked
  bool lacks_original = false;  // a copy of one that is no longer there
  OpencodeUsage usage;
  std::vector<OpencodeStep> steps;
  std::vector<OpencodeText> texts;
  std::vector<OpencodeTool> tools;
  int64_t updated_ms =
      0;  // the greatest time that its rows, or where there are none its texts, say

  bool says_its_end() const {
    if (role == "compaction") return status != "running";
    return completed || finish || has_error;
  }
};

struct OpencodeSession {
  OwnText id, parent_id, forked_from, directory, version, agent;
  OwnText created;  // milliseconds
};

}  // namespace relayburn
