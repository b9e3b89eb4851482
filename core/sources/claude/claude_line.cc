#include "core/sources/claude/claude_line.h"

namespace relayburn {
namespace {

// A search that failed is not billed: its content is an error instead of a list.
void read_search_result(JsonValue& value, ClaudeWebSearch& search) {
  OptText id;
  bool has_failed = false;
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "tool_use_id") id = member.text();
    if (key == "content" && member.is_object())
      has_failed = member.member_text("type") == "web_search_tool_result_error";
  });
  if (id && id->starts_with("srvtoolu_") && !has_failed) search.search_ids.push_back(*id);
}

void read_tool_use_result(JsonValue& value, ClaudeEnvelope& envelope) {
  ClaudeWebSearch& search = envelope.web_search;
  envelope.spawned_agent_id.reset();
  search = {};
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("agentId"):
        envelope.spawned_agent_id = member.text();
        break;
      case tag("query"):
        search.has_query = member.is_string();
        break;
      case tag("results"):
        search.has_results = member.is_array();
        member.elements([&](JsonValue& each) { read_search_result(each, search); });
        break;
      case tag("searchCount"):
        search.count = member.token();
        break;
      default:
        break;
    }
  });
}

// True where the key was one of an envelope's.
bool read_envelope_member(std::string_view key, JsonValue& value, ClaudeEnvelope& envelope) {
  switch (tag(key)) {
    case tag("type"):
      envelope.type = value.text();
      return true;
    case tag("uuid"):
      envelope.uuid = value.text();
      return true;
    case tag("timestamp"):
      envelope.timestamp = value.text();
      return true;
    case tag("requestId"):
      envelope.request_id = value.text();
      return true;
    case tag("message"):
      read_message(value, envelope.message);
      return true;
    case tag("toolUseResult"):
      read_tool_use_result(value, envelope);
      return true;
    default:
      return false;
  }
}

void read_progress(JsonValue& value, ClaudeLine& line) {
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("type"):
        line.progress_type = member.text();
        break;
      case tag("agentId"):
        line.progress_agent_id = member.text();
        break;
      case tag("message"):
        member.members([&](std::string_view name, JsonValue& inner) {
          if (!line.inner) line.inner.emplace();
          read_envelope_member(name, inner, *line.inner);
        });
        break;
      default:
        break;
    }
  });
}

void read_compaction(JsonValue& value, ClaudeLine& line) {
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("trigger"):
        line.compact_trigger = member.text();
        break;
      case tag("preTokens"):
        line.tokens_before = member.token();
        break;
      case tag("postTokens"):
        line.tokens_after = member.token();
        break;
      default:
        break;
    }
  });
}

void read_model_cost(JsonValue& value, ClaudeModelCost& cost) {
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("inputTokens"):
        cost.input_tokens = member.token();
        break;
      case tag("outputTokens"):
        cost.output_tokens = member.token();
        break;
      case tag("cacheReadInputTokens"):
        cost.cache_read_tokens = member.token();
        break;
      case tag("cacheCreationInputTokens"):
        cost.cache_creation_tokens = member.token();
        break;
      case tag("costUSD"):
        cost.cost_usd = member.token();
        break;
      default:
        break;
    }
  });
}

void read_model_costs(JsonValue& value, ClaudeLine& line) {
  line.model_costs.clear();
  value.members([&](std::string_view model, JsonValue& member) {
    ClaudeModelCost& cost = line.model_costs.emplace_back();
    cost.model = model;
    read_model_cost(member, cost);
  });
}

void take_first(OptText& field, OptText value) {
  if (!field) field = value;
}

// The keys by which system lines report on a subagent (FORMAT.md 9).
void read_notification_member(std::string_view key, JsonValue& value, ClaudeLine& line) {
  switch (tag(key)) {
    case tag("status"):
    case tag("state"):
    case tag("terminal_status"):
    case tag("terminalStatus"):
      take_first(line.status, value.text());
      break;
    case tag("result"):
    case tag("output"):
    case tag("content"):
      if (!line.output_text && !line.output_json)
        read_text_or_json(value, line.output_text, line.output_json);
      break;
    case tag("is_error"):
    case tag("isError"):
      if (const auto flag = value.flag()) line.is_error = flag;
      break;
    case tag("success"):
      if (const auto flag = value.flag()) line.is_success = flag;
      break;
    default:
      break;
  }
}

void read_line_member(std::string_view key, JsonValue& value, ClaudeLine& line) {
  if (read_envelope_member(key, value, line)) return;
  switch (tag(key)) {
    case tag("subtype"):
      line.subtype = value.text();
      break;
    case tag("parentUuid"):
      line.parent_uuid = value.text();
      break;
    case tag("logicalParentUuid"):
      line.logical_parent_uuid = value.text();
      break;
    case tag("sessionId"):
      line.session_id = value.text();
      break;
    case tag("cwd"):
      line.cwd = value.text();
      break;
    case tag("version"):
      line.version = value.text();
      break;
    case tag("gitBranch"):
      line.branch = value.text();
      break;
    case tag("agentId"):
    case tag("agent_id"):
      take_first(line.agent_id, value.text());
      break;
    case tag("attributionAgent"):
      line.agent_type = value.text();
      break;
    case tag("isSidechain"):
      line.is_sidechain = value.flag().value_or(false);
      break;
    case tag("isMeta"):
      line.is_meta = value.flag().value_or(false);
      break;
    case tag("isCompactSummary"):
      line.is_compact_summary = value.flag().value_or(false);
      break;
    case tag("origin"):
      line.origin_kind = value.member_text("kind");
      break;
    case tag("forkedFrom"):
      take_first(line.forked_from_session, value.member_text("sessionId"));
      break;
    case tag("forkSessionId"):
    case tag("fork_session_id"):
      take_first(line.forked_from_session, value.text());
      break;
    case tag("continuedFromSessionId"):
    case tag("continued_from_session_id"):
      take_first(line.continued_from_session, value.text());
      break;
    case tag("parentToolUseID"):
    case tag("parentToolUseId"):
    case tag("parent_tool_use_id"):
    case tag("toolUseId"):
    case tag("tool_use_id"):
      take_first(line.parent_tool_use_id, value.text());
      break;
    case tag("subagentSessionId"):
    case tag("subagent_session_id"):
      take_first(line.subagent_session_id, value.text());
      break;
    case tag("compactMetadata"):
      read_compaction(value, line);
      break;
    case tag("data"):
      read_progress(value, line);
      break;
    case tag("totalCostUSD"):
      line.total_cost_usd = value.token();
      break;
    case tag("hasUnknownModelCost"):
      line.has_unknown_model_cost = value.flag().value_or(false);
      break;
    case tag("modelUsage"):
      read_model_costs(value, line);
      break;
    default:
      read_notification_member(key, value, line);
      break;
  }
}

// Forgets the last line, but keeps the memory of its blocks.
void reset(ClaudeLine& line) {
  std::vector<ClaudeBlock> blocks = std::move(line.message.blocks);
  blocks.clear();
  line = ClaudeLine();
  line.message.blocks = std::move(blocks);
}

}  // namespace

size_t ClaudeLineParser::parse(std::string_view text) {
  reset(line_);
  return lines_.read(
      text, [&](std::string_view key, JsonValue& value) { read_line_member(key, value, line_); });
}

}  // namespace relayburn
