#include "core/sources/codex/codex_records.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/records/activity.h"
#include "core/sources/codex/codex_arguments.h"
#include "core/sources/codex/codex_calls.h"
#include "core/sources/codex/codex_session.h"
#include "core/sources/codex/codex_turns.h"

namespace relayburn {
namespace {

bool is_one_of(OptText name, std::initializer_list<std::string_view> names) {
  return name && std::find(names.begin(), names.end(), *name) != names.end();
}

// What the harness puts into a user's message beside what the user typed.
bool is_boilerplate(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  for (const std::string_view start :
       {"<environment_context", "<permissions", "<collaboration_mode", "<INSTRUCTIONS>",
        "# AGENTS.md", "<user_instructions>", "<skills_instructions>", "<turn_aborted>",
        "<subagent_notification>"})
    if (text.starts_with(start)) return true;
  return false;
}

// Emits the records of one object, and brings the state up to date.
class LineRecords {
 public:
  LineRecords(const CodexLine& line, JsonObjectReader& texts, std::string_view object,
              CodexState& state, RecordWriter& out)
      : line_(line),
        item_(line.item),
        texts_(texts),
        object_(object),
        state_(state),
        out_(out),
        session_(line.item, state, out),
        calls_(state, out),
        turns_(line, state, session_, calls_, out) {}

  void emit() {
    out_.session = view(state_.session);
    session_.enter();
    if (line_.timestamp) out_.ts = parse_instant(*line_.timestamp);
    if (!line_.has_payload) return emit_bare();
    const OptText& type = line_.type;
    if (type == "response_item") return emit_response_item();
    if (type == "event_msg") return emit_event();
    if (type == "turn_context") return take_turn_context();
    if (type == "session_meta") return take_session();
    if (type == "token_usage_record") return turns_.take_usage_record();
    if (type == "compacted") return emit_compaction();
  }

 private:
  void report_odd_time() { relayburn::report_odd_time(line_, out_); }

  // ---- the format before September 2025: a header, then items without times and usage

  void emit_bare() {
    if (item_.type) return emit_response_item();
    if (item_.id && (item_.has_instructions || item_.repository_url || item_.branch))
      take_session();
  }

  // ---- whose the lines are

  void take_session() {
    calls_.response_ended();
    session_.take_meta();
  }

  void take_turn_context() {
    calls_.on_request();
    session_.take_context();
  }

  void take_task() {
    calls_.response_ended();
    session_.take_task();
  }

  // ---- response items

  void emit_response_item() {
    const OptText type = item_.type ? item_.type : item_.role ? OptText("message") : std::nullopt;
    if (!type) return;
    if (type == "message") {
      emit_message();
    } else if (type == "reasoning") {
      calls_.on_item();
      emit_texts(item_.summary, "thinking", "assistant");
      emit_texts(item_.content, "thinking", "assistant");
    } else if (type->ends_with("_call")) {
      emit_call(*type);
    } else if (type->ends_with("_output")) {
      emit_output();
    }
  }

  void emit_message() {
    if (item_.role == "user") {
      emit_user_turn();
    } else if (item_.role == "assistant") {
      calls_.on_item();
      for (const CodexBlock& block : item_.content)
        state_.keywords |= keyword_bits(block.text.value_or(""));
      emit_texts(item_.content, "text", "assistant");
    }
  }

  void emit_user_turn() {
    UserTurn turn;
    for (const CodexBlock& block : item_.content) {
      if (is_boilerplate(block.text.value_or(""))) continue;
      turn.text_bytes += size_of(block.text);
      turn.keywords |= keyword_bits(block.text.value_or(""));
    }
    if (turn.text_bytes == 0) return;
    report_odd_time();
    calls_.response_ended();
    out_.fill_head(turn, line_key(kCodexSource, out_.session, to_hex(hash_key(object_))),
                   out_.plain_revision());
    turn.uuid = view(state_.turn_id);
    turn.is_sidechain = state_.is_sidechain;
    if (state_.is_sidechain) turn.agent_id = out_.session;
    out_.add(turn);
    emit_texts(item_.content, "text", "user");
  }

  void emit_texts(const std::vector<CodexBlock>& blocks, std::string_view kind,
                  std::string_view role) {
    if (!out_.keeps_content()) return;
    for (const CodexBlock& block : blocks)
      if (role != "user" || !is_boilerplate(block.text.value_or("")))
        out_.add_content(kind, role, content_message_id(), std::nullopt, block.text);
  }

  // Content belongs to the task; where the log names none, to its line.
  OptText content_message_id() {
    if (state_.turn_id) return view(state_.turn_id);
    if (identity_.empty()) identity_ = to_hex(hash_key(object_));
    return identity_;
  }

  // The ordinal that a log itself states, else the hash of the object.
  std::string line_identity() const {
    return line_.ordinal ? std::string(*line_.ordinal) : to_hex(hash_key(object_));
  }

  // ---- tools

  void emit_call(std::string_view type) {
    // The state, where calls wait, is in the ledger too.
    if (!out_.is_admitted()) return calls_.on_item();
    report_odd_time();
    CodexCall call;
    const OptText id = stated(item_.call_id) ? item_.call_id : stated(item_.id);
    call.id = id ? std::string(*id) : to_hex(hash_key(object_));
    type.remove_suffix(std::string_view("_call").size());
    call.name = stated(item_.name) ? *item_.name : type;
    const CodexArguments arguments = read_arguments(item_, call.name, texts_);
    call.args_hash = hash_key(arguments.is_object ? arguments.text : "{}");
    call.input_bytes = static_cast<int64_t>(arguments.text.size());
    if (!arguments.file_path.empty()) call.file_path = arguments.file_path;
    const std::string_view family = command_family(arguments.command);
    if (!family.empty()) call.family = family;
    if (!arguments.agent_type.empty()) call.subagent_type = arguments.agent_type;
    if (out_.ts) call.ts_us = out_.ts->us;
    out_.add_content("tool_use", "assistant", content_message_id(), call.id, arguments.text);
    if (call.name == "spawn_agent" && call.id.size() <= kMaxCodexText) {
      if (state_.spawns.size() >= kMaxCodexSpawns) state_.spawns.erase(state_.spawns.begin());
      state_.spawns.push_back(call.id);
    }
    calls_.call_came(std::move(call));
    // The old format has no usage to wait for.
    if (!line_.has_payload) calls_.response_ended();
  }

  void emit_output() {
    calls_.output_came();
    if (!stated(item_.call_id)) return;
    report_odd_time();
    CodexOutcome outcome = read_outcome(item_.output, texts_);
    if (item_.success == false || is_one_of(item_.status, {"failed", "declined"}))
      outcome.is_error = true;
    ToolResult result = make_result("function_call_output", outcome.is_error);
    const auto spawn = std::find(state_.spawns.begin(), state_.spawns.end(), *item_.call_id);
    if (spawn != state_.spawns.end()) {
      state_.spawns.erase(spawn);
      result.spawned_agent_id = stated(outcome.agent_id);
      result.spawned_session_id = result.spawned_agent_id;
      session_.add_spawn(result.spawned_agent_id, std::nullopt, item_.call_id, std::nullopt);
    }
    std::string compact;
    const OptText content = content_of(item_.output.text, item_.output.json, compact);
    fill_content_facts(result, content);
    out_.add(result);
    out_.add_content("tool_result", "user", content_message_id(), item_.call_id, content);
  }

  ToolResult make_result(std::string_view event_source, bool is_error) {
    const OptText call = event_source == "function_call_output" ? item_.call_id : failed_call();
    ToolResult result;
    out_.fill_head(result,
                   tool_result_key(kCodexSource, out_.session, call, event_source, line_identity()),
                   out_.plain_revision());
    result.tool_use_id = *call;
    result.event_source = event_source;
    result.message_id = view(state_.turn_id);
    result.status = is_error ? "errored" : "completed";
    return result;
  }

  OptText failed_call() const { return stated(item_.call_id) ? item_.call_id : item_.item_id; }

  // ---- events

  void emit_event() {
    const OptText& type = item_.type;
    if (type == "token_count") {
      turns_.take_token_count();
    } else if (is_one_of(type, {"task_started", "turn_started"})) {
      take_task();
    } else if (is_one_of(type, {"task_complete", "turn_complete", "turn_aborted"})) {
      calls_.response_ended();
    } else if (type == "thread_settings_applied") {
      session_.take_settings();
    } else if (type == "collab_agent_spawn_end") {
      session_.add_spawn(item_.new_thread_id, stated(item_.sender_thread_id), stated(item_.call_id),
                         stated(item_.new_agent_role));
    } else if (type == "sub_agent_activity") {
      session_.add_spawn(item_.agent_thread_id, std::nullopt, std::nullopt, std::nullopt);
    } else if (says_failure() && stated(failed_call())) {
      // Whether a tool failed stands in events where the output does not tell; nothing else of them
      // is news.
      out_.add(make_result("progress_event", true));
    }
  }

  bool says_failure() const {
    const OptText& type = item_.type;
    if (type == "exec_command_end") return item_.exit_code && *item_.exit_code != "0";
    if (is_one_of(type, {"patch_apply_end", "dynamic_tool_call_response"}))
      return item_.success == false;
    if (type == "mcp_tool_call_end") return item_.is_failed_result;
    return type == "item_completed" && is_one_of(item_.item_status, {"failed", "declined"});
  }

  void emit_compaction() {
    report_odd_time();
    calls_.response_ended();
    Compaction compaction;
    out_.fill_head(compaction, line_key(kCodexSource, out_.session, to_hex(hash_key(object_))),
                   out_.plain_revision());
    out_.add(compaction);
  }

  const CodexLine& line_;
  const CodexItem& item_;
  JsonObjectReader& texts_;
  std::string_view object_;
  CodexState& state_;
  RecordWriter& out_;
  CodexSession session_;
  CodexCalls calls_;
  CodexTurns turns_;
  std::string identity_;
};

}  // namespace

void CodexObjectParser::emit(std::string_view object, int64_t line, RecordSink& sink) {
  RecordWriter out(origin_, line, sink);
  LineRecords(lines_.line(), texts_, object, state_, out).emit();
}

bool CodexObjectParser::restore(std::string_view state) {
  std::optional<CodexState> restored = codex_state_from(state);
  if (!restored) return false;
  state_ = std::move(*restored);
  return true;
}

}  // namespace relayburn
