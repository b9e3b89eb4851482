#include "core/sources/claude/claude_records.h"

#include <algorithm>

#include "core/base/json_number.h"
#include "core/base/sha256.h"
#include "core/sources/activity.h"
#include "core/sources/claude/claude_markers.h"
#include "core/sources/record_writer.h"

namespace relayburn {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Emits the records of one object.
class LineRecords {
 public:
  LineRecords(ClaudeLineParser& parser, std::string_view object, RecordWriter& out)
      : parser_(parser), line_(parser.line()), object_(object), out_(out) {}

  // `directory`: where the line ran, whether it says so or an earlier one.
  void emit(OptText directory) {
    const bool is_progress = line_.type == "progress" && line_.progress_type == "agent_progress";
    if (!is_progress && line_.type != "assistant" && line_.type != "user" && line_.type != "system")
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

  // A reply of a subagent, copied into its parent's log (surprises.md 6).
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
      emit_turn(envelope);
    } else {
      emit_user_line(envelope);
    }
  }

  void emit_system() {
    if (line_.subtype == "compact_boundary") emit_compaction();
    const bool names_agent = line_.agent_id || line_.subagent_session_id;
    if (line_.parent_tool_use_id && names_agent) emit_notification();
  }

  // ---- turns

  void fill_usage(Turn& turn, const ClaudeUsage& usage) {
    turn.input = out_.count(usage.input_tokens, "usage.input_tokens");
    turn.output = out_.count(usage.output_tokens, "usage.output_tokens");
    turn.cache_read = out_.count(usage.cache_read_input_tokens, "usage.cache_read_input_tokens");
    turn.cache_create_5m =
        out_.count(usage.ephemeral_5m_input_tokens, "usage.ephemeral_5m_input_tokens");
    turn.cache_create_1h =
        out_.count(usage.ephemeral_1h_input_tokens, "usage.ephemeral_1h_input_tokens");
    const int64_t created =
        out_.count(usage.cache_creation_input_tokens, "usage.cache_creation_input_tokens");
    // Older versions log only the total, which is of the 5-minute kind; the breakdown wins.
    if (turn.cache_create_5m == 0 && turn.cache_create_1h == 0) turn.cache_create_5m = created;
    turn.web_search_requests = out_.count(usage.web_search_requests, "usage.web_search_requests");
    turn.service_tier = stated(usage.service_tier);
    turn.speed = stated(usage.speed);
    turn.inference_geo = stated(usage.inference_geo);
  }

  // Visible output of at least 12 bytes a token cannot be what the count says: the log has only the
  // placeholder that is written when a reply begins (surprises.md 3).
  static bool is_placeholder(const ClaudeMessage& message, int64_t output) {
    if (message.stop_reason) return false;
    int64_t visible = 0;
    for (const ClaudeBlock& block : message.blocks)
      visible += size_of(block.text) + size_of(block.json);
    return visible > 12 * output + 64;
  }

  void emit_turn(const ClaudeEnvelope& envelope) {
    const ClaudeMessage& message = envelope.message;
    // "<synthetic>" marks notices that Claude Code wrote itself: no call was made (surprises.md 9).
    if (!stated(message.id) || message.model == "<synthetic>") return;
    Turn turn;
    fill_usage(turn, message.usage);
    const Key id = turn_key(kClaudeSource, out_.session, message.id);
    out_.fill_head(turn, id, out_.revision(turn.output, message.stop_reason.has_value()));
    turn.message_id = *message.id;
    // Gateways reuse ids of their own making; only the API's are unique.
    turn.call_key = message.id->starts_with("msg_") ? key_of({kClaudeSource, message.id}) : id;
    turn.model = stated(message.model);
    turn.stop_reason = message.stop_reason;
    turn.is_sidechain = is_sidechain_;
    turn.agent_id = agent_;
    turn.is_fork = line_.forked_from_session.has_value();
    turn.output_is_lower_bound = is_placeholder(message, turn.output);
    turn.keywords = own_keywords(message);
    turn.uuid = envelope.uuid;
    turn.parent_uuid = line_.parent_uuid;
    turn.request_id = envelope.request_id;
    turn.branch = stated(line_.branch);
    turn.cwd = stated(line_.cwd);
    turn.version = stated(line_.version);
    out_.add(turn);
    for (const ClaudeBlock& block : message.blocks) emit_reply_block(block, *message.id);
  }

  static int64_t own_keywords(const ClaudeMessage& message) {
    unsigned bits = 0;
    for (const ClaudeBlock& block : message.blocks)
      if (block.kind == ClaudeBlock::Kind::Text) bits |= keyword_bits(block.text.value_or(""));
    return bits;
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
    for (const ClaudeBlock& block : envelope.message.blocks) {
      if (block.kind == ClaudeBlock::Kind::ToolResult) {
        emit_tool_result(block, envelope, identity + "#" + std::to_string(index));
      } else if (block.kind == ClaudeBlock::Kind::Text && size_of(block.text) > 0) {
        text_bytes += size_of(block.text);
        keywords |= keyword_bits(*block.text);
        if (!marker.is_present) marker = resume_marker(*block.text);
        out_.add_content("text", "user", message_id, std::nullopt, block.text);
      }
      ++index;
    }
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
  LineRecords(lines_, object, out).emit(directory);
}

std::string ClaudeObjectParser::state() const { return directories_.to_text(); }

bool ClaudeObjectParser::restore(std::string_view state) { return directories_.restore(state); }

}  // namespace relayburn
