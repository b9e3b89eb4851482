#pragma once
// Which response a tool call belongs to. A response's items, its usage and the outputs of its calls
// are lines of their own, and versions differ in their order; so the calls of the response at hand
// wait in the state of the file until the log says what it used.

#include <string>

#include "core/sources/codex/codex_state.h"
#include "core/sources/record_writer.h"

namespace relayburn {

class CodexCalls {
 public:
  CodexCalls(CodexState& state, RecordWriter& out) : state_(state), out_(out) {}

  // A part of a response: reasoning, text, a call.
  void on_item();
  void call_came(CodexCall call);
  void output_came();
  // `is_same`: it was billed before, under another message id.
  void on_usage(const std::string& message_id, bool is_same);
  // The next request begins.
  void on_request();
  // A prompt, the begin or end of a task: the response at hand will never be billed.
  void response_ended();

 private:
  void clear();
  void write_waiting();
  void write_all_under(const std::string& message_id);
  void write(CodexCall& call, const std::string& message_id);
  void add_record(const CodexCall& call, const std::string& message_id, bool is_void);
  bool has_room(const CodexCall& call) const;
  std::string unbilled_id() const;

  CodexState& state_;
  RecordWriter& out_;
};

}  // namespace relayburn
