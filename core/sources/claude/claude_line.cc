#include "core/sources/claude/claude_line.h"

namespace relayburn {
namespace {

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
      envelope.spawned_agent_id = value.member_text("agentId");
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

void take_first(OptText& field, OptText value) {
  if (!field) field = value;
}

// The keys by which system lines report on a subagent (formats/claude.md 5).
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
