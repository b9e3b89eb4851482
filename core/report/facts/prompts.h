#pragma once
// Finds the prompt that a turn answers: the nearest ancestor by parent uuid that is a user's text.
// Not every line of a chain is kept. Where it breaks, the last prompt before the turn counts: of
// the same agent, else of the session.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/records/records.h"

namespace relayburn {

// The place of a line among those of its session; all zero: nowhere.
Key line_node(const RecordHead& head, OptText uuid);

class Prompts {
 public:
  void reserve(size_t lines) { lines_.reserve(lines); }
  void add_user_turn(const UserTurn& turn);
  // A line that is no prompt stands below another one.
  void add_line(const Key& node, const Key& parent);
  // After the last line, before the first question.
  void index();

  // The keywords (KeywordBit) of the prompt of a turn; 0 where there is none.
  unsigned keywords_for(const Turn& turn);

 private:
  // One for each line of a ledger: so it is small.
  struct Line {
    Key node;
    Key parent;
    uint8_t keywords = 0;
    bool is_prompt = false;
    bool is_answered = false;  // `answer` is what the lines above it gave
    int8_t answer = kNone;
  };
  struct TimedPrompt {
    Key thread;
    Instant ts;
    uint8_t keywords = 0;
  };
  static constexpr int8_t kNone = -1;  // no prompt; else its keywords

  Line* find(const Key& node);
  int8_t ask_ancestors(const Key& node);
  int8_t last_before(const Key& thread, Instant ts) const;

  std::vector<Line> lines_;           // ascending by node
  std::vector<TimedPrompt> by_time_;  // ascending by thread, time
  std::vector<Line*> asked_;
};

}  // namespace relayburn
