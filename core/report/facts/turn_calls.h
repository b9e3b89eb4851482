#pragma once
// The tool calls of each turn, as far as they tell what the turn was about.

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/records/records.h"

namespace relayburn {

struct CallSummary {
  bool has_calls = false;
  bool delegates = false;
  bool plans = false;
  bool edits = false;
  bool edits_only_documents = false;
  bool has_failed = false;
  int retries = 0;          // edits after a command after an edit
  std::string_view family;  // of the first command that has one
};

class TurnCalls {
 public:
  void reserve(size_t calls) { calls_.reserve(calls); }
  void add(const ToolCall& call);
  // After the last call: says which of them failed. Gives the turn of the call, or a zero key.
  void index_by_use();
  Key note(const ToolResult& result);
  // After the last result, before the first question.
  void index_by_turn();

  CallSummary of(const Key& turn) const;

 private:
  enum class Tool : uint8_t { Edit, Command, Delegate, Plan, Other };
  static Tool tool_of(std::string_view name);

  struct Call {
    Key turn;
    Key use;
    int64_t ts_us = 0;  // the order inside a turn
    Tool tool = Tool::Other;
    uint8_t family = 0;
    bool is_document = false;
    bool has_failed = false;
  };

  std::vector<Call> calls_;
};

}  // namespace relayburn
