#include "core/sources/claude/claude_records.h"

#include <algorithm>

#include "core/base/canonical_json.h"
#include "core/base/json_number.h"
#include "core/base/sha256.h"
#include "core/records/keys.h"
#include "core/records/merge.h"
#include "core/sources/activity.h"
#include "core/sources/claude/claude_markers.h"

namespace relayburn {
namespace {

constexpr size_t kLongestSessionId = 512;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Some versions write "" where they mean nothing.
OptText stated(OptText text) { return text && text->empty() ? std::nullopt : text; }

int64_t size_of(const OptText& text) { return static_cast<int64_t>(text.value_or("").size()); }

// Emits the records of one object.
class LineRecords {
 public:
  LineRecords(ClaudeLineParser& parser, const ReaderOptions& options, std::string_view object,
              int64_t number, RecordSink& sink)
      : parser_(parser),
        line_(parser.line()),
        options_(options),
        object_(object),
        number_(number),
        sink_(sink) {}

  void emit() {
    const bool is_progress = line_.type == "progress" && line_.progress_type == "agent_progress";
    if (!is_progress && line_.type != "assistant" && line_.type != "user" && line_.type != "system")
      return;
    session_ = storable_session();
    ts_ = time_of(line_);
    agent_ = stated(is_progress ? line_.progress_agent_id : line_.agent_id);
    is_sidechain_ = is_progress || line_.is_sidechain;
    if (is_progress) {
      emit_edge("subagent", session_, agent_, line_.parent_tool_use_id);
      emit_progress();
    } else if (line_.type == "system") {
      emit_system();
    } else {
      emit_edges();
      emit_message(line_);
    }
    sink_.sighted(kClaudeSource, session_, stated(line_.cwd));
  }

 private:
  // ---- heads

  OptText storable_session() {
    if (!line_.session_id || line_.session_id->size() <= kLongestSessionId)
      return stated(line_.session_id);
    sink_.issue(number_, "sessionId is longer than 512 bytes; taken as absent");
    return std::nullopt;
  }

  std::optional<Instant> time_of(const ClaudeEnvelope& envelope) {
    if (!envelope.timestamp) return std::nullopt;
    const std::optional<Instant> instant = parse_instant(*envelope.timestamp);
    if (!instant) sink_.issue(number_, "timestamp is not a time");
    return instant;
  }

  void fill_head(RecordHead& head, Key id, int64_t revision) const {
    head.id = id;
    head.revision = revision;
    head.source = kClaudeSource;
    head.session_id = session_;
    head.ts = ts_;
  }

  int64_t plain_revision() const {
    return make_revision(kClaudeParserVersion, 0, false, is_own_line_);
  }

  std::string line_identity(const ClaudeEnvelope& envelope) const {
    const OptText uuid = stated(envelope.uuid);
    return uuid ? std::string(*uuid) : to_hex(hash_key(object_));
  }

  // ---- lines

  // A reply of a subagent, copied into its parent's log (surprises.md 6).
  void emit_progress() {
    const ClaudeEnvelope& reply = line_.inner;
    is_own_line_ = false;
    if (reply.timestamp) ts_ = time_of(reply);
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

  int64_t count(const OptText& token, std::string_view field) {
    if (!token) return 0;
    const std::optional<int64_t> value = parse_count(*token);
    if (!value)
      sink_.issue(number_, "usage." + std::string(field) +
                               " is no whole number from 0 to 2^40; counted as 0");
    return value.value_or(0);
  }

  void fill_usage(Turn& turn, const ClaudeUsage& usage) {
    turn.input = count(usage.input_tokens, "input_tokens");
    turn.output = count(usage.output_tokens, "output_tokens");
    turn.cache_read = count(usage.cache_read_input_tokens, "cache_read_input_tokens");
    turn.cache_create_5m = count(usage.ephemeral_5m_input_tokens, "ephemeral_5m_input_tokens");
    turn.cache_create_1h = count(usage.ephemeral_1h_input_tokens, "ephemeral_1h_input_tokens");
    const int64_t created = count(usage.cache_creation_input_tokens, "cache_creation_input_tokens");
    // Older versions log only the total, which is of the 5-minute kind; the breakdown wins.
    if (turn.cache_create_5m == 0 && turn.cache_create_1h == 0) turn.cache_create_5m = created;
    turn.web_search_requests = count(usage.web_search_requests, "web_search_requests");
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
    const Key id = turn_key(kClaudeSource, session_, message.id);
    fill_head(turn, id,
              make_revision(kClaudeParserVersion, turn.output, message.stop_reason.has_value(),
                            is_own_line_));
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
    sink_.batch().add(turn);
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
        emit_content("text", "assistant", message_id, std::nullopt, block.text);
        break;
      case ClaudeBlock::Kind::Thinking:
        emit_content("thinking", "assistant", message_id, std::nullopt, block.text);
        break;
      default:
        break;
    }
  }

  void emit_tool_call(const ClaudeBlock& block, std::string_view message_id) {
    if (!block.id || block.id->empty() || !block.name) return;
    ToolCall call;
    fill_head(call, tool_call_key(kClaudeSource, session_, message_id, block.id), plain_revision());
    call.message_id = message_id;
    call.tool_use_id = *block.id;
    call.name = *block.name;
    const std::string_view input = block.json.value_or("{}");
    std::string arguments;
    // Too deep to be put in order: its own bytes identify it as well.
    if (!append_sorted_json(arguments, input)) arguments = input;
    call.args_hash = hash_key(arguments);
    call.input_bytes = static_cast<int64_t>(arguments.size());
    emit_content("tool_use", "assistant", message_id, block.id, arguments);
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
    sink_.batch().add(call);
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
        emit_content("text", "user", message_id, std::nullopt, block.text);
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
    fill_head(turn, line_key(kClaudeSource, session_, identity), plain_revision());
    turn.uuid = envelope.uuid;
    turn.parent_uuid = line_.parent_uuid;
    turn.text_bytes = text_bytes;
    turn.keywords = keywords;
    turn.is_meta = line_.is_meta;
    turn.is_compact_summary = line_.is_compact_summary;
    turn.is_sidechain = is_sidechain_;
    turn.agent_id = agent_;
    sink_.batch().add(turn);
  }

  void emit_tool_result(const ClaudeBlock& block, const ClaudeEnvelope& envelope,
                        const std::string& identity) {
    if (!block.tool_use_id || block.tool_use_id->empty()) return;
    ToolResult result;
    fill_head(result,
              tool_result_key(kClaudeSource, session_, block.tool_use_id, "tool_result", identity),
              plain_revision());
    result.tool_use_id = *block.tool_use_id;
    result.event_source = "tool_result";
    result.message_id = envelope.uuid;
    result.status = block.is_error ? "errored" : "completed";
    std::string compact;
    const OptText content = content_of(block.text, block.json, compact);
    fill_content_facts(result, content);
    result.spawned_agent_id = envelope.spawned_agent_id;
    sink_.batch().add(result);
    if (envelope.spawned_agent_id)
      emit_edge("subagent", session_, envelope.spawned_agent_id, block.tool_use_id);
    emit_content("tool_result", "user", envelope.uuid, block.tool_use_id, content);
  }

  // Text as it is, structure as compact JSON; `compact` owns the latter.
  static OptText content_of(const OptText& text, const OptText& json, std::string& compact) {
    if (text || !json) return text;
    if (!append_compact_json(compact, *json)) compact = *json;
    return compact;
  }

  static void fill_content_facts(ToolResult& result, const OptText& content) {
    if (!content) return;
    result.content_bytes = size_of(content);
    result.content_hash = hash_key(*content);
  }

  // ---- system lines

  void emit_compaction() {
    Compaction compaction;
    fill_head(compaction, line_key(kClaudeSource, session_, line_identity(line_)),
              plain_revision());
    compaction.uuid = line_.uuid;
    compaction.logical_parent_uuid = line_.logical_parent_uuid;
    compaction.trigger = line_.compact_trigger;
    if (line_.tokens_before) compaction.tokens_before = parse_count(*line_.tokens_before);
    if (line_.tokens_after) compaction.tokens_after = parse_count(*line_.tokens_after);
    sink_.batch().add(compaction);
  }

  void emit_notification() {
    if (!session_) return;
    ToolResult result;
    fill_head(result,
              tool_result_key(kClaudeSource, session_, line_.parent_tool_use_id,
                              "subagent_notification", line_identity(line_)),
              plain_revision());
    result.tool_use_id = *line_.parent_tool_use_id;
    result.event_source = "subagent_notification";
    result.message_id = line_.uuid;
    result.status = notification_status(line_);
    std::string compact;
    fill_content_facts(result, content_of(line_.output_text, line_.output_json, compact));
    result.spawned_agent_id = line_.agent_id;
    result.spawned_session_id = line_.subagent_session_id;
    sink_.batch().add(result);
  }

  // ---- edges

  void emit_edges() {
    if (is_sidechain_ || agent_) {
      if (agent_) emit_edge("subagent", session_, agent_, std::nullopt);
    } else {
      emit_edge("root", std::nullopt, std::nullopt, std::nullopt);
    }
    if (line_.forked_from_session && line_.forked_from_session != session_)
      emit_edge("fork", line_.forked_from_session, std::nullopt, std::nullopt);
    if (line_.continued_from_session)
      emit_edge("continuation", line_.continued_from_session, std::nullopt, std::nullopt);
  }

  void emit_edge(std::string_view type, OptText related, OptText agent, OptText tool_use) {
    if (!session_) return;
    Relationship edge;
    const bool states_type = type == "subagent" && agent == agent_ && stated(line_.agent_type);
    // Most lines of an agent do not say its type: one that does is the greater evidence.
    fill_head(edge, {}, make_revision(kClaudeParserVersion, states_type ? 1 : 0));
    edge.type = type;
    edge.related_session_id = related;
    edge.agent_id = agent;
    edge.parent_tool_use_id = tool_use;
    if (states_type) edge.subagent_type = line_.agent_type;
    edge.version = line_.version;
    edge.id = relationship_key(edge);
    sink_.batch().add(edge);
  }

  // ---- content

  void emit_content(std::string_view kind, std::string_view role, OptText message_id,
                    OptText tool_use_id, OptText body) {
    if (!options_.keeps_content || !body || body->empty()) return;
    const std::string identity = tool_use_id ? std::string(*tool_use_id) : to_hex(hash_key(*body));
    Content content;
    fill_head(content, content_key(kClaudeSource, session_, message_id, kind, identity),
              plain_revision());
    content.message_id = message_id;
    content.content_kind = kind;
    content.role = role;
    content.tool_use_id = tool_use_id;
    content.body = *body;
    sink_.batch().add(content);
  }

  ClaudeLineParser& parser_;
  const ClaudeLine& line_;
  const ReaderOptions& options_;
  std::string_view object_;
  int64_t number_;
  RecordSink& sink_;
  OptText session_;
  std::optional<Instant> ts_;
  OptText agent_;
  bool is_sidechain_ = false;
  bool is_own_line_ = true;
};

}  // namespace

void ClaudeObjectParser::emit(std::string_view object, int64_t line, RecordSink& sink) {
  LineRecords(lines_, options_, object, line, sink).emit();
}

}  // namespace relayburn
