#include "core/sources/codex/codex_calls.h"

#include <utility>

namespace relayburn {

void CodexCalls::clear() {
  state_.calls.clear();
  state_.counted.reset();
  state_.keywords = 0;
}

void CodexCalls::on_item() {
  if (state_.phase != CodexPhase::Idle && state_.phase != CodexPhase::Closed) return;
  clear();
  state_.phase = CodexPhase::Items;
}

void CodexCalls::call_came(CodexCall call) {
  on_item();
  const bool is_billed = state_.phase == CodexPhase::Billed;
  if (is_billed || !has_room(call)) write(call, is_billed ? state_.message_id : unbilled_id());
  if (has_room(call)) state_.calls.push_back(std::move(call));
}

// The usage of a response comes before the outputs of its calls, should it come at all. Nothing is
// lost if it does not; if it does come later it takes the calls along.
void CodexCalls::output_came() {
  write_waiting();
  on_request();
}

void CodexCalls::on_usage(const std::string& message_id, bool is_same) {
  state_.message_id = message_id;
  if (is_same) return write_all_under(message_id);
  if (state_.phase == CodexPhase::Items) {
    write_all_under(message_id);
    state_.phase = CodexPhase::Closed;
  } else {
    clear();
    state_.phase = CodexPhase::Billed;
  }
}

void CodexCalls::on_request() {
  if (state_.phase != CodexPhase::Items) state_.phase = CodexPhase::Idle;
}

void CodexCalls::response_ended() {
  write_waiting();
  clear();
  state_.phase = CodexPhase::Idle;
}

void CodexCalls::write_waiting() {
  for (CodexCall& call : state_.calls)
    if (call.under.empty()) write(call, unbilled_id());
}

void CodexCalls::write_all_under(const std::string& message_id) {
  for (CodexCall& call : state_.calls) write(call, message_id);
}

// The message id is part of the key: what stands under another one is taken back.
void CodexCalls::write(CodexCall& call, const std::string& message_id) {
  if (call.under == message_id) return;
  if (!call.under.empty()) add_record(call, call.under, true);
  add_record(call, message_id, false);
  call.under = message_id;
}

void CodexCalls::add_record(const CodexCall& call, const std::string& message_id, bool is_void) {
  ToolCall record;
  // A void one is greater than what it takes back, wherever the log is cut.
  out_.fill_head(record, tool_call_key(out_.source(), out_.session, message_id, call.id),
                 out_.revision(0, is_void));
  record.is_void = is_void;
  record.ts = call.ts_us ? std::optional(Instant{*call.ts_us}) : std::nullopt;
  record.message_id = message_id;
  record.tool_use_id = call.id;
  record.name = call.name;
  record.args_hash = call.args_hash;
  record.input_bytes = call.input_bytes;
  record.file_path = view(call.file_path);
  record.family = view(call.family);
  record.subagent_type = view(call.subagent_type);
  out_.add(record);
}

bool CodexCalls::has_room(const CodexCall& call) const {
  size_t bytes = call.bytes() + kMaxCodexText;  // `under` may grow
  for (const CodexCall& each : state_.calls) bytes += each.bytes() + kMaxCodexText;
  return bytes <= kMaxCodexCallBytes;
}

std::string CodexCalls::unbilled_id() const { return state_.turn_id.value_or("-") + "#?"; }

}  // namespace relayburn
