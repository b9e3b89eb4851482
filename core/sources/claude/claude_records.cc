#include "core/sources/claude/claude_records.h"

#include <algorithm>

#include "core/base/json_number.h"
#include "core/base/sha256.h"
#include "core/base/uuid.h"
#include "core/records/activity.h"
#include "core/sources/claude/claude_cost_state.h"
#include "core/sources/claude/claude_markers.h"
#include "core/sources/claude/claude_turns.h"
#include "core/sources/claude/state_text.h"
#include "core/sources/record_writer.h"

namespace relayburn {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// True of a name that a line's uuid makes unique.
bool ends_in_uuid(std::string_view name) {
  const size_t separator = name.find_last_of("#:");
  return separator != std::string_view::npos && is_uuid(name.substr(separator + 1));
}

// Emits the records of one object.
class LineRecords {
 public:
  LineRecords(ClaudeLineParser& parser, ResponseNames& names, std::string_view object,
              RecordWriter& out)
      : parser_(parser), names_(names), line_(parser.line()), object_(object), out_(out) {}

  // `directory`: where the line ran, whether it says so or an earlier one.
  void emit(OptText directory) {
    const bool is_progress = line_.type == "progress" && line_.progress_type == "agent_progress";
    if (!is_progress &&
        !is_one_of(line_.type.value_or(""), {"assistant", "user", "system", "cost-state"}))
      return;
    out_.session = out_.storable_session(line_.session_id);
    out_.enter(directory);
    out_.sight(stated(line_.cwd));
    out_.ts = out_.time(line_.timestamp);
    agent_ = stated(is_progress ? line_.progress_agent_id : line_.agent_id);
    is_sidechain_ = is_progress || line_.is_sidechain;
    if (is_progress) {
      emit_edge("subagent", out_.session, agent_, line_.parent_tool_use_id);
      emit_progress();
    } else if (line_.type == "system") {
      emit_system();
    } else if (line_.type == "cost-state") {
      emit_cost_state(line_, to_hex(hash_key(object_)), out_);
    } else {
      emit_edges();
      emit_message(line_);
    }
  }

 private:
  std::string line_identity(const ClaudeEnvelope& envelope) const {
    const OptText uuid = stated(envelope.uuid);
    return uuid ? std::string(*uuid) : to_hex(hash_key(object_));
  }

  // ---- lines

  // A reply of a subagent, copied into its parent's log.
  void emit_progress() {
    if (!line_.inner) return;
    const ClaudeEnvelope& reply = *line_.inner;
    out_.is_own_line = false;
    if (reply.timestamp) out_.ts = out_.time(reply.timestamp);
    if (reply.type == "assistant" || reply.type == "user") emit_message(reply);
  }

  void emit_message(const ClaudeEnvelope& envelope) {
    if (!envelope.message.is_present) return;
    if (envelope.type == "assistant") {
      emit_response(envelope);
    } else {
      emit_user_line(envelope);
    }
  }

  void emit_system() {
    if (line_.subtype == "compact_boundary") emit_compaction();
    const bool names_agent = line_.agent_id || line_.subagent_session_id;
    if (line_.parent_tool_use_id && names_agent) emit_notification();
  }

  // ---- responses

  void emit_response(const ClaudeEnvelope& envelope) {
    const ClaudeMessage& message = envelope.message;
    // "<synthetic>" marks notices that Claude Code wrote itself: no call was made.
    if (message.model == "<synthetic>") return;
    if (message.usage.is_odd) out_.unknown("usage is no object; nothing of it is counted");
    if (!stated(message.id) && !is_named_by_line(envelope)) return;
    const ClaudeResponseName name = name_of(envelope);
    ClaudeTurns(line_, agent_, is_sidechain_, out_).emit_response(envelope, name);
    for (const ClaudeBlock& block : message.blocks) emit_reply_block(block, name.message_id);
  }

  // True where a response without an id spent something and its line has an identity. Claude Code
  // gives every line a uuid: one without it was made or stripped by something else.
  bool is_named_by_line(const ClaudeEnvelope& envelope) {
    if (!envelope.message.usage.states_anything()) return false;
    if (stated(envelope.uuid)) return true;
    out_.unknown("a line with usage has neither a message id nor a uuid; it is not counted");
    return false;
  }

  // An id of the API is unique. Those of gateways may not be.
  ClaudeResponseName name_of(const ClaudeEnvelope& envelope) {
    const ClaudeMessage& message = envelope.message;
    const ResponseLine line = response_line(envelope);
    if (is_named_by_api(line)) return {std::string(*message.id), true};
    std::string id = names_.name_of(line, line_identity(envelope));
    const bool is_plain = id == message.id;
    const bool is_global = is_plain ? id.starts_with("msg_") : ends_in_uuid(id);
    return {std::move(id), is_global};
  }

  ResponseLine response_line(const ClaudeEnvelope& envelope) const {
    const ClaudeUsage& usage = envelope.message.usage;
    const auto count = [](OptText token) { return token ? parse_count(*token).value_or(0) : 0; };
    ResponseLine line;
    line.id = envelope.message.id;
    line.request = envelope.request_id;
    line.agent = agent_;
    line.is_sidechain = is_sidechain_;
    line.ts = out_.ts;
    line.output = count(usage.output_tokens);
    line.input = count(usage.input_tokens);
    line.cache_read = count(usage.cache_read_input_tokens);
    line.cache_create =
        usage.cache_creation_input_tokens
            ? count(usage.cache_creation_input_tokens)
            : count(usage.ephemeral_5m_input_tokens) + count(usage.ephemeral_1h_input_tokens);
    return line;
  }

  void emit_reply_block(const ClaudeBlock& block, std::string_view message_id) {
    switch (block.kind) {
      case ClaudeBlock::Kind::ToolUse:
        emit_tool_call(block, message_id);
        break;
      case ClaudeBlock::Kind::Text:
        out_.add_content("text", "assistant", message_id, std::nullopt, block.text);
        break;
      case ClaudeBlock::Kind::Thinking:
        out_.add_content("thinking", "assistant", message_id, std::nullopt, block.text);
        break;
      default:
        break;
    }
  }

  void emit_tool_call(const ClaudeBlock& block, std::string_view message_id) {
    if (!block.id || block.id->empty() || !block.name) return;
    ToolCall call;
    out_.fill_head(call, tool_call_key(kClaudeSource, out_.session, message_id, block.id),
                   out_.plain_revision());
    call.message_id = message_id;
    call.tool_use_id = *block.id;
    call.name = *block.name;
    const std::string_view input = block.json.value_or("{}");
    const std::string arguments = sorted_arguments(input);
    call.args_hash = hash_key(arguments);
    call.input_bytes = static_cast<int64_t>(arguments.size());
    out_.add_content("tool_use", "assistant", message_id, block.id, arguments);
    // The facts of the input live in one buffer: one is asked for at a time.
    const std::string_view name = call.name;
    if (is_one_of(name, {"Read", "Edit", "Write", "MultiEdit"})) {
      call.file_path = parser_.string_member(input, "file_path");
    } else if (is_one_of(name, {"NotebookEdit", "NotebookRead"})) {
      call.file_path = parser_.string_member(input, "notebook_path");
    } else if (name == "Bash") {
      const OptText command = parser_.string_member(input, "command");
      const std::string_view family = command_family(command.value_or(""));
      if (!family.empty()) call.family = family;
    } else if (is_one_of(name, {"Agent", "Task"})) {
      call.subagent_type = parser_.string_member(input, "subagent_type");
    }
    out_.add(call);
  }

  // ---- user lines

  void emit_user_line(const ClaudeEnvelope& envelope) {
    int64_t index = 0;
    int64_t text_bytes = 0;
    unsigned keywords = 0;
    ResumeMarker marker;
    const std::string identity = line_identity(envelope);
    const OptText message_id = envelope.uuid ? envelope.uuid : OptText(identity);
    bool has_result = false;
    for (const ClaudeBlock& block : envelope.message.blocks) {
      if (block.kind == ClaudeBlock::Kind::ToolResult) {
        has_result = true;
        emit_tool_result(block, envelope, identity + "#" + std::to_string(index));
      } else if (block.kind == ClaudeBlock::Kind::Text && size_of(block.text) > 0) {
        text_bytes += size_of(block.text);
        keywords |= keyword_bits(*block.text);
        if (!marker.is_present) marker = resume_marker(*block.text);
        out_.add_content("text", "user", message_id, std::nullopt, block.text);
      }
      ++index;
    }
    names_.note_user_line(agent_, is_sidechain_, text_bytes > 0 && !has_result && !line_.is_meta);
    ClaudeTurns(line_, agent_, is_sidechain_, out_).emit_searches(envelope, identity);
    if (marker.is_present) emit_edge("continuation", marker.target, std::nullopt, std::nullopt);
    // A notice of the harness is nobody's prompt.
    if (text_bytes > 0 && line_.origin_kind != "task-notification")
      emit_user_turn(envelope, identity, text_bytes, keywords);
  }

  void emit_user_turn(const ClaudeEnvelope& envelope, const std::string& identity,
                      int64_t text_bytes, unsigned keywords) {
    UserTurn turn;
    out_.fill_head(turn, line_key(kClaudeSource, out_.session, identity), out_.plain_revision());
    turn.uuid = envelope.uuid;
    turn.parent_uuid = line_.parent_uuid;
    turn.text_bytes = text_bytes;
    turn.keywords = keywords;
    turn.is_meta = line_.is_meta;
    turn.is_compact_summary = line_.is_compact_summary;
    turn.is_sidechain = is_sidechain_;
    turn.agent_id = agent_;
    out_.add(turn);
  }

  void emit_tool_result(const ClaudeBlock& block, const ClaudeEnvelope& envelope,
                        const std::string& identity) {
    if (!block.tool_use_id || block.tool_use_id->empty()) return;
    ToolResult result;
    out_.fill_head(
        result,
        tool_result_key(kClaudeSource, out_.session, block.tool_use_id, "tool_result", identity),
        out_.plain_revision());
    result.tool_use_id = *block.tool_use_id;
    result.event_source = "tool_result";
    result.message_id = envelope.uuid;
    result.status = block.is_error ? "errored" : "completed";
    std::string compact;
    const OptText content = content_of(block.text, block.json, compact);
    fill_content_facts(result, content);
    result.spawned_agent_id = envelope.spawned_agent_id;
    out_.add(result);
    if (envelope.spawned_agent_id)
      emit_edge("subagent", out_.session, envelope.spawned_agent_id, block.tool_use_id);
    out_.add_content("tool_result", "user", envelope.uuid, block.tool_use_id, content);
  }

  // ---- system lines

  void emit_compaction() {
    Compaction compaction;
    out_.fill_head(compaction, line_key(kClaudeSource, out_.session, line_identity(line_)),
                   out_.plain_revision());
    compaction.uuid = line_.uuid;
    compaction.logical_parent_uuid = line_.logical_parent_uuid;
    compaction.trigger = line_.compact_trigger;
    if (line_.tokens_before) compaction.tokens_before = parse_count(*line_.tokens_before);
    if (line_.tokens_after) compaction.tokens_after = parse_count(*line_.tokens_after);
    out_.add(compaction);
  }

  void emit_notification() {
    if (!out_.session) return;
    ToolResult result;
    out_.fill_head(result,
                   tool_result_key(kClaudeSource, out_.session, line_.parent_tool_use_id,
                                   "subagent_notification", line_identity(line_)),
                   out_.plain_revision());
    result.tool_use_id = *line_.parent_tool_use_id;
    result.event_source = "subagent_notification";
    result.message_id = line_.uuid;
    result.status = notification_status(line_);
    std::string compact;
    fill_content_facts(result, content_of(line_.output_text, line_.output_json, compact));
    result.spawned_agent_id = line_.agent_id;
    result.spawned_session_id = line_.subagent_session_id;
    out_.add(result);
  }

  // ---- edges

  void emit_edges() {
    if (is_sidechain_ || agent_) {
      if (agent_) emit_edge("subagent", out_.session, agent_, std::nullopt);
    } else {
      emit_edge("root", std::nullopt, std::nullopt, std::nullopt);
    }
    if (line_.forked_from_session && line_.forked_from_session != out_.session)
      emit_edge("fork", line_.forked_from_session, std::nullopt, std::nullopt);
    if (line_.continued_from_session)
      emit_edge("continuation", line_.continued_from_session, std::nullopt, std::nullopt);
  }

  void emit_edge(std::string_view type, OptText related, OptText agent, OptText tool_use) {
    if (!out_.session) return;
    Relationship edge;
    const bool states_type = type == "subagent" && agent == agent_ && stated(line_.agent_type);
    // Most lines of an agent do not say its type: one that does is the greater evidence.
    edge.revision = make_revision(kClaudeParserVersion, states_type ? 1 : 0);
    edge.type = type;
    edge.related_session_id = related;
    edge.agent_id = agent;
    edge.parent_tool_use_id = tool_use;
    if (states_type) edge.subagent_type = line_.agent_type;
    edge.version = line_.version;
    out_.add_edge(edge);
  }

  ClaudeLineParser& parser_;
  ResponseNames& names_;
  const ClaudeLine& line_;
  std::string_view object_;
  RecordWriter& out_;
  OptText agent_;
  bool is_sidechain_ = false;
};

}  // namespace

void ClaudeObjectParser::emit(std::string_view object, int64_t line, RecordSink& sink) {
  const ClaudeLine& facts = lines_.line();
  OptText directory = stated(facts.cwd);
  if (origin_.options.projects != nullptr && origin_.options.projects->is_filtered())
    directory = directories_.directory_of(facts.session_id, directory);
  RecordWriter out(origin_, line, sink);
  LineRecords(lines_, names_, object, out).emit(directory);
}

// The names are written first, behind an 'n': a directory begins with a digit.
std::string ClaudeObjectParser::state() const {
  std::string text;
  const std::string names = names_.to_text();
  if (!names.empty()) {
    text = 'n';
    append_state_text(text, names);
  }
  return text + directories_.to_text();
}

bool ClaudeObjectParser::restore(std::string_view state) {
  std::string_view names;
  if (state.starts_with('n')) {
    state.remove_prefix(1);
    const auto taken = take_state_text(state);
    if (!taken) return false;
    names = *taken;
  }
  return names_.restore(names) && directories_.restore(state);
}

}  // namespace relayburn
