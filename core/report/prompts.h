#pragma once
// Which prompt a turn answers: the nearest ancestor by parent uuid that is a user's text
// (formats/claude.md 10). Of each line only a part of the chain is kept, so where it breaks the
// last prompt before the turn counts: of the same agent, else of the session.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/records/records.h"

namespace relayburn {

// The place of a line among those of its session; all zero: nowhere.
Key line_node(const RecordHead& head, OptText uuid);

class Prompts {
 public:
  void add_user_turn(const UserTurn& turn);
  // A line that is no prompt stands below another one.
  void add_line(const Key& node, const Key& parent);
  // After the last line, before the first question.
  void index();

  // The keywords (KeywordBit) of the prompt of a turn; 0 where there is none.
  int64_t keywords_for(const Turn& turn);

 private:
  struct Line {
    Key node;
    Key parent;
    int64_t keywords = 0;
    bool is_prompt = false;
    // What asking for a line below gave: nullopt inside where no prompt is above.
    bool is_answered = false;
    std::optional<int64_t> answer = {};
  };
  struct TimedPrompt {
    Key thread;
    Instant ts;
    int64_t keywords = 0;
  };

  Line* find(const Key& node);
  std::optional<int64_t> ask_ancestors(Key node);
  std::optional<int64_t> last_before(const Key& thread, Instant ts) const;

  std::vector<Line> lines_;           // ascending by node
  std::vector<TimedPrompt> by_time_;  // ascending by thread, time
  std::vector<Line*> asked_;
};

}  // namespace relayburn
