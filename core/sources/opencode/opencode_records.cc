#include "core/sources/opencode/opencode_records.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/records/activity.h"
#include "core/sources/opencode/opencode_usage.h"
#include "core/sources/opencode/opencode_values.h"

namespace relayburn {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Instant> time_of(const OwnText& token, std::string_view name, RecordWriter& out) {
  if (!token) return std::nullopt;
  const std::optional<int64_t> ms = opencode_milliseconds(view(token));
  if (!ms) out.issue(std::string(name) + " is not a time");
  return ms ? std::optional(Instant{*ms * 1000}) : std::nullopt;
}

// Makes the records of one message.
class MessageRecords {
 public:
  MessageRecords(const OpencodeMessage& message, const OpencodeSession& session,
                 JsonObjectReader& texts, RecordWriter& out)
      : message_(message), session_(session), texts_(texts), out_(out) {}

  void emit(bool is_superseded) {
    out_.session = out_.storable_session(view(message_.session_id));
    out_.ts = time_of(message_.created, "time.created", out_);
    is_child_ = stated(session_.parent_id).has_value();
    const OptText own_cwd = stated(message_.cwd);
    cwd_ = own_cwd ? own_cwd : stated(session_.directory);
    out_.enter(cwd_);
    out_.sight(cwd_);
    id_ = view(message_.id).value_or("");
    is_final_ = message_.says_its_end() || is_superseded;
    if (message_.has_compaction) emit_compaction(id_, 1);
    if (message_.role == "user") {
      emit_user_turn();
    } else if (message_.role == "assistant") {
      emit_reply();
    } else if (message_.role == "compaction" && is_final_ && has_tokens()) {
      emit_turns();
    }
  }

 private:
  // ---- user

  // Texts that the user typed, joined as the import to 2.x joins them.
  std::string typed_text() const {
    std::string typed;
    for (const OpencodeText& text : message_.texts) {
      if (text.kind != OpencodeText::Kind::Text || text.is_synthetic || text.text.empty()) continue;
      if (!typed.empty()) typed += "\n\n";
      typed += text.text;
    }
    return typed;
  }

  void emit_user_turn() {
    const std::string typed = typed_text();
    if (typed.empty()) return;
    UserTurn turn;
    turn.text_bytes = static_cast<int64_t>(typed.size());
    // One that was read before all of its parts were there is the smaller.
    out_.fill_head(turn, line_key(kOpencodeSource, out_.session, id_),
                   out_.revision(turn.text_bytes, session_.id.has_value()));
    turn.uuid = id_;
    turn.keywords = keyword_bits(typed);
    turn.is_sidechain = is_child_;
    if (is_child_) turn.agent_id = out_.session;
    out_.add(turn);
    out_.add_content("text", "user", id_, std::nullopt, typed);
  }

  // ---- assistant

  void emit_reply() {
    // Versions that had no part for it mark only the summary, which answers the one who asked.
    if (message_.is_summary && !message_.has_compaction)
      emit_compaction(stated(message_.parent_id).value_or(id_), 0);
    for (const OpencodeTool& tool : message_.tools) emit_tool(tool);
    if (!is_final_) return;
    emit_turns();
    emit_texts();
  }

  bool has_tokens() const { return message_.usage.is_present || !message_.steps.empty(); }

  static bool is_any(const TokenCounts& counts) { return !(counts == TokenCounts()); }

  bool is_visible() const {
    return !message_.tools.empty() ||
           std::any_of(message_.texts.begin(), message_.texts.end(),
                       [](const OpencodeText& text) { return !text.text.empty(); });
  }

  // One for each call. They share the revision, so that of two versions of a message one wins
  // whole.
  void emit_turns() {
    const OpencodeCalls found = calls_of(message_, out_);
    const bool has_usage = is_any(found.sum);
    // A call that failed before the model answered is no response of a model; one that broke off
    // in the middle is, and what it used was never written.
    const bool is_broken = message_.has_error || !message_.says_its_end();
    if (is_broken && !has_usage && !is_visible()) return;
    const bool is_placed = session_.id.has_value() && !message_.lacks_original;
    const int64_t detail = 2 * int64_t{found.states_parts} + int64_t{is_placed};
    const int64_t revision =
        make_object_revision(out_.parser_version(), message_.says_its_end(), detail,
                             message_.updated_ms / 1000, found.sum.output);
    for (size_t number = 0; number < found.calls.size(); ++number)
      emit_turn(found.calls[number], number, revision, is_broken && !has_usage);
  }

  void emit_turn(const OpencodeCall& call, size_t number, int64_t revision, bool is_lower_bound) {
    const std::string message_id = turn_name(id_, number);
    Turn turn;
    out_.fill_head(turn, turn_key(kOpencodeSource, out_.session, message_id), revision);
    fill_usage(turn, call.counts);
    turn.message_id = message_id;
    const std::string original = turn_name(view(message_.copied_from).value_or(id_), number);
    turn.call_key = key_of({kOpencodeSource, original});
    const std::string model = model_name();
    if (!model.empty()) turn.model = model;
    turn.output_is_lower_bound = is_lower_bound;
    if (message_.role != "compaction") turn.stop_reason = call.reason;
    fill_origin(turn);
    turn.keywords = own_keywords(number);
    turn.reported_cost_usd = view(call.cost);
    out_.add(turn);
  }

  static void fill_usage(Turn& turn, const TokenCounts& counts) {
    turn.input = counts.input;
    turn.output = counts.output;
    turn.reasoning = counts.reasoning;
    turn.cache_read = counts.cache_read;
    turn.cache_create_5m = counts.cache_create_5m;
  }

  void fill_origin(Turn& turn) {
    turn.is_sidechain = is_child_;
    if (is_child_) turn.agent_id = out_.session;
    turn.is_fork = stated(session_.forked_from).has_value();
    turn.parent_uuid = stated(message_.parent_id);
    turn.cwd = cwd_;
    turn.version = stated(session_.version);
  }

  std::string model_name() const {
    const OptText model = stated(message_.model);
    const OptText provider = stated(message_.provider);
    if (!model) return {};
    return provider ? std::string(*provider) + "/" + std::string(*model) : std::string(*model);
  }

  int64_t own_keywords(size_t call) const {
    unsigned bits = 0;
    for (const OpencodeText& text : message_.texts)
      if (text.kind == OpencodeText::Kind::Text && !text.is_synthetic &&
          call_of_step(message_, text.step) == call)
        bits |= keyword_bits(text.text);
    return bits;
  }

  // A text that is still being written would be kept in all its stages.
  void emit_texts() {
    for (const OpencodeText& text : message_.texts) {
      if (text.is_synthetic) continue;
      const bool is_text = text.kind == OpencodeText::Kind::Text;
      out_.add_content(is_text ? "text" : "thinking", "assistant", id_, std::nullopt, text.text);
    }
  }

  // ---- tools

  void emit_tool(const OpencodeTool& tool) {
    const OptText call_id = stated(tool.call_id);
    if (!call_id || !stated(tool.name)) return;
    const std::optional<Instant> message_time = out_.ts;
    if (const auto started = time_of(tool.started, "time.start", out_)) out_.ts = started;
    emit_call(tool, *call_id);
    emit_child(tool, *call_id);
    if (const auto ended = time_of(tool.ended, "time.end", out_)) out_.ts = ended;
    emit_result(tool, *call_id);
    out_.ts = message_time;
  }

  OptText argument(std::string_view input, std::initializer_list<std::string_view> names,
                   std::string& value) {
    for (const std::string_view name : names)
      if (const OptText found = texts_.string_member(input, name); found && !found->empty()) {
        value = *found;
        return value;
      }
    return std::nullopt;
  }

  void emit_call(const OpencodeTool& tool, std::string_view call_id) {
    ToolCall call;
    // Before the call is made its arguments are not there yet.
    const bool is_made = tool.input && tool.status != "pending" && tool.status != "streaming";
    // The key has the message's id, as not every copy of a message knows its steps. One that does
    // is greater; so is one whose arguments are there.
    const size_t number = call_of_step(message_, tool.step);
    const int64_t knowledge = (is_made ? int64_t{1} << 32 : 0) + static_cast<int64_t>(number);
    out_.fill_head(call, tool_call_key(kOpencodeSource, out_.session, id_, call_id),
                   out_.revision(knowledge, false));
    const std::string message_id = turn_name(id_, number);
    call.message_id = message_id;
    call.tool_use_id = call_id;
    call.name = *tool.name;
    const std::string input = tool.input.value_or("{}");
    const std::string arguments = sorted_arguments(input);
    call.args_hash = hash_key(arguments);
    call.input_bytes = static_cast<int64_t>(arguments.size());
    if (is_made) out_.add_content("tool_use", "assistant", id_, call_id, arguments);
    std::string file, command, type;
    if (is_one_of(call.name, {"read", "write", "edit", "multiedit", "patch"})) {
      call.file_path = argument(input, {"filePath", "file_path", "path"}, file);
    } else if (is_one_of(call.name, {"bash", "shell"})) {
      argument(input, {"command"}, command);
      const std::string_view family = command_family(command);
      if (!family.empty()) call.family = family;
    } else if (is_one_of(call.name, {"task", "subagent"})) {
      call.subagent_type = argument(input, {"subagent_type", "agent"}, type);
    }
    out_.add(call);
  }

  void emit_result(const OpencodeTool& tool, std::string_view call_id) {
    const bool is_error = tool.status == "error";
    const bool is_completed = is_one_of(tool.status.value_or(""), {"completed", "success"});
    if (!is_error && !is_completed) return;
    const OwnText& said = is_error && tool.error ? tool.error : tool.output;
    const OptText content = tool.is_compacted && !is_error ? std::nullopt : view(said);
    ToolResult result;
    // An output that is gone never replaces what was known of it.
    out_.fill_head(
        result,
        tool_result_key(kOpencodeSource, out_.session, call_id, "tool_result", line_of(call_id)),
        out_.revision(content ? 1 : 0, false));
    result.tool_use_id = call_id;
    result.event_source = "tool_result";
    result.message_id = id_;
    result.status = is_error ? "errored" : "completed";
    fill_content_facts(result, content);
    result.spawned_session_id = stated(tool.child_session);
    result.spawned_agent_id = result.spawned_session_id;
    out_.add(result);
    out_.add_content("tool_result", "user", id_, call_id, content);
  }

  std::string line_of(std::string_view call_id) const {
    return std::string(id_) + "#" + std::string(call_id);
  }

  // What the parent's call knows of a child session.
  void emit_child(const OpencodeTool& tool, std::string_view call_id) {
    const OptText child = out_.storable_session(view(tool.child_session));
    if (!child || child == out_.session) return;
    std::string type;
    Relationship edge;
    edge.session_id = child;
    edge.related_session_id = out_.session;
    edge.agent_id = child;
    edge.parent_tool_use_id = call_id;
    if (tool.input) edge.subagent_type = argument(*tool.input, {"subagent_type", "agent"}, type);
    edge.type = "subagent";
    edge.version = stated(session_.version);
    edge.revision = out_.revision(edge.subagent_type ? 1 : 0, session_.id.has_value());
    out_.add_edge(edge);
  }

  // ---- compactions

  void emit_compaction(std::string_view asked_by, int64_t evidence) {
    Compaction compaction;
    out_.fill_head(compaction, line_key(kOpencodeSource, out_.session, asked_by),
                   out_.revision(evidence, false));
    compaction.uuid = asked_by;
    compaction.trigger = stated(message_.compaction_trigger);
    out_.add(compaction);
  }

  const OpencodeMessage& message_;
  const OpencodeSession& session_;
  JsonObjectReader& texts_;
  RecordWriter& out_;
  OptText cwd_;
  std::string_view id_;
  bool is_child_ = false;
  bool is_final_ = false;
};

}  // namespace

void OpencodeRecords::emit(const OpencodeMessage& message, const OpencodeSession& session,
                           bool is_superseded, std::string_view subject, RecordSink& sink) {
  RecordWriter out(origin_, 0, sink);
  out.subject = subject;
  MessageRecords(message, session, texts_, out).emit(is_superseded);
}

void OpencodeRecords::emit(const OpencodeSession& session, std::string_view subject,
                           RecordSink& sink) {
  RecordWriter out(origin_, 0, sink);
  out.subject = subject;
  out.session = out.storable_session(view(session.id));
  if (!out.session) return;
  out.enter(stated(session.directory));
  out.sight(stated(session.directory));
  out.ts = time_of(session.created, "time.created", out);
  const auto add_edge = [&](std::string_view type, Relationship edge) {
    edge.type = type;
    edge.version = stated(session.version);
    edge.revision = out.revision(edge.subagent_type ? 1 : 0, false);
    out.add_edge(edge);
  };
  add_edge("root", {});
  if (const OptText parent = out.storable_session(view(session.parent_id))) {
    Relationship edge;
    edge.related_session_id = parent;
    edge.agent_id = out.session;
    edge.subagent_type = stated(session.agent);
    add_edge("subagent", edge);
  }
  if (const OptText origin = out.storable_session(view(session.forked_from))) {
    Relationship edge;
    edge.related_session_id = origin;
    add_edge("fork", edge);
  }
}

}  // namespace relayburn
