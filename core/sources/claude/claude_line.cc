#include "core/sources/claude/claude_line.h"

#include <simdjson.h>

#include <cstring>

#include "core/base/utf8.h"
#include "core/records/record_json.h"

namespace relayburn {
namespace {

namespace ondemand = simdjson::ondemand;

// Thrown inside this file where the object cannot be read in place.
struct Unreadable {};

template <class T>
T need(simdjson::simdjson_result<T> result) {
  T value;
  if (std::move(result).get(value)) throw Unreadable{};
  return value;
}

// A compile-time name for each key, so that one switch finds what a key means.
constexpr uint64_t tag(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

std::string_view string_of(ondemand::value& value) {
  const std::string_view text = need(value.get_string());
  // U+0000 cannot be stored; the repairing path replaces it.
  if (std::memchr(text.data(), 0, text.size()) != nullptr) throw Unreadable{};
  return text;
}

ondemand::json_type type_of(ondemand::value& value) { return need(value.type()); }

OptText text_of(ondemand::value& value) {
  if (type_of(value) != ondemand::json_type::string) return std::nullopt;
  return string_of(value);
}

bool flag_of(ondemand::value& value) {
  return type_of(value) == ondemand::json_type::boolean && need(value.get_bool());
}

// A value that is no text, as the log spells it.
OptText token_of(ondemand::value& value) {
  if (type_of(value) == ondemand::json_type::null) return std::nullopt;
  std::string_view token = value.raw_json_token();
  while (!token.empty() && std::strchr(" \t\r\n", token.back()) != nullptr) token.remove_suffix(1);
  return token;
}

template <class Visit>
void for_members(ondemand::value& value, Visit visit) {
  if (type_of(value) != ondemand::json_type::object) return;
  ondemand::object object = need(value.get_object());
  for (auto each : object) {
    ondemand::field field = need(std::move(each));
    const std::string_view key = need(field.unescaped_key());
    visit(key, field.value());
  }
}

OptText member_text(ondemand::value& value, std::string_view name) {
  OptText found;
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    if (key == name) found = text_of(member);
  });
  return found;
}

OptText raw_object(ondemand::value& value) {
  if (type_of(value) != ondemand::json_type::object) return std::nullopt;
  ondemand::object object = need(value.get_object());
  return need(object.raw_json());
}

OptText raw_array(ondemand::value& value) {
  if (type_of(value) != ondemand::json_type::array) return std::nullopt;
  ondemand::array array = need(value.get_array());
  return need(array.raw_json());
}

void read_text_or_json(ondemand::value& value, OptText& text, OptText& json) {
  switch (type_of(value)) {
    case ondemand::json_type::string:
      text = string_of(value);
      break;
    case ondemand::json_type::array:
      json = raw_array(value);
      break;
    case ondemand::json_type::object:
      json = raw_object(value);
      break;
    default:
      break;
  }
}

void read_usage(ondemand::value& value, ClaudeUsage& usage) {
  usage = {};
  usage.is_present = type_of(value) == ondemand::json_type::object;
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    switch (tag(key)) {
      case tag("input_tokens"):
        usage.input_tokens = token_of(member);
        break;
      case tag("output_tokens"):
        usage.output_tokens = token_of(member);
        break;
      case tag("cache_read_input_tokens"):
        usage.cache_read_input_tokens = token_of(member);
        break;
      case tag("cache_creation_input_tokens"):
        usage.cache_creation_input_tokens = token_of(member);
        break;
      case tag("cache_creation"):
        for_members(member, [&](std::string_view name, ondemand::value& part) {
          if (name == "ephemeral_5m_input_tokens") usage.ephemeral_5m_input_tokens = token_of(part);
          if (name == "ephemeral_1h_input_tokens") usage.ephemeral_1h_input_tokens = token_of(part);
        });
        break;
      case tag("server_tool_use"):
        for_members(member, [&](std::string_view name, ondemand::value& part) {
          if (name == "web_search_requests") usage.web_search_requests = token_of(part);
        });
        break;
      case tag("service_tier"):
        usage.service_tier = text_of(member);
        break;
      case tag("speed"):
        usage.speed = text_of(member);
        break;
      case tag("inference_geo"):
        usage.inference_geo = text_of(member);
        break;
      default:
        break;
    }
  });
}

ClaudeBlock::Kind block_kind(const OptText& type) {
  if (type == "text") return ClaudeBlock::Kind::Text;
  if (type == "thinking") return ClaudeBlock::Kind::Thinking;
  if (type == "tool_use") return ClaudeBlock::Kind::ToolUse;
  if (type == "tool_result") return ClaudeBlock::Kind::ToolResult;
  return ClaudeBlock::Kind::Other;
}

ClaudeBlock read_block(ondemand::value& value) {
  ClaudeBlock block;
  OptText type, text, thinking, content;
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    switch (tag(key)) {
      case tag("type"):
        type = text_of(member);
        break;
      case tag("text"):
        text = text_of(member);
        break;
      case tag("thinking"):
        thinking = text_of(member);
        break;
      case tag("id"):
        block.id = text_of(member);
        break;
      case tag("name"):
        block.name = text_of(member);
        break;
      case tag("input"):
        block.json = raw_object(member);
        break;
      case tag("tool_use_id"):
        block.tool_use_id = text_of(member);
        break;
      case tag("content"):
        read_text_or_json(member, content, block.json);
        break;
      case tag("is_error"):
        block.is_error = flag_of(member);
        break;
      default:
        break;
    }
  });
  block.kind = block_kind(type);
  if (block.kind == ClaudeBlock::Kind::Text) block.text = text;
  if (block.kind == ClaudeBlock::Kind::Thinking) block.text = thinking;
  if (block.kind == ClaudeBlock::Kind::ToolResult) block.text = content;
  return block;
}

void read_content(ondemand::value& value, std::vector<ClaudeBlock>& blocks) {
  blocks.clear();
  if (type_of(value) == ondemand::json_type::string) {
    ClaudeBlock block;
    block.kind = ClaudeBlock::Kind::Text;
    block.text = string_of(value);
    blocks.push_back(block);
  } else if (type_of(value) == ondemand::json_type::array) {
    for (auto each : need(value.get_array())) {
      ondemand::value block = need(std::move(each));
      blocks.push_back(read_block(block));
    }
  }
}

void read_message(ondemand::value& value, ClaudeMessage& message) {
  // Of a repeated key the last value counts, and nothing of the one before.
  std::vector<ClaudeBlock> blocks = std::move(message.blocks);
  blocks.clear();
  message = ClaudeMessage();
  message.blocks = std::move(blocks);
  message.is_present = type_of(value) == ondemand::json_type::object;
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    switch (tag(key)) {
      case tag("id"):
        message.id = text_of(member);
        break;
      case tag("model"):
        message.model = text_of(member);
        break;
      case tag("stop_reason"):
        message.stop_reason = text_of(member);
        break;
      case tag("usage"):
        read_usage(member, message.usage);
        break;
      case tag("content"):
        read_content(member, message.blocks);
        break;
      default:
        break;
    }
  });
}

// True where the key was one of an envelope's.
bool read_envelope_member(std::string_view key, ondemand::value& value, ClaudeEnvelope& envelope) {
  switch (tag(key)) {
    case tag("type"):
      envelope.type = text_of(value);
      return true;
    case tag("uuid"):
      envelope.uuid = text_of(value);
      return true;
    case tag("timestamp"):
      envelope.timestamp = text_of(value);
      return true;
    case tag("requestId"):
      envelope.request_id = text_of(value);
      return true;
    case tag("message"):
      read_message(value, envelope.message);
      return true;
    case tag("toolUseResult"):
      envelope.spawned_agent_id = member_text(value, "agentId");
      return true;
    default:
      return false;
  }
}

void read_progress(ondemand::value& value, ClaudeLine& line) {
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    switch (tag(key)) {
      case tag("type"):
        line.progress_type = text_of(member);
        break;
      case tag("agentId"):
        line.progress_agent_id = text_of(member);
        break;
      case tag("message"):
        for_members(member, [&](std::string_view name, ondemand::value& inner) {
          read_envelope_member(name, inner, line.inner);
        });
        break;
      default:
        break;
    }
  });
}

void read_compaction(ondemand::value& value, ClaudeLine& line) {
  for_members(value, [&](std::string_view key, ondemand::value& member) {
    switch (tag(key)) {
      case tag("trigger"):
        line.compact_trigger = text_of(member);
        break;
      case tag("preTokens"):
        line.tokens_before = token_of(member);
        break;
      case tag("postTokens"):
        line.tokens_after = token_of(member);
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
void read_notification_member(std::string_view key, ondemand::value& value, ClaudeLine& line) {
  switch (tag(key)) {
    case tag("status"):
    case tag("state"):
    case tag("terminal_status"):
    case tag("terminalStatus"):
      take_first(line.status, text_of(value));
      break;
    case tag("result"):
    case tag("output"):
    case tag("content"):
      if (!line.output_text && !line.output_json)
        read_text_or_json(value, line.output_text, line.output_json);
      break;
    case tag("is_error"):
    case tag("isError"):
      if (type_of(value) == ondemand::json_type::boolean) line.is_error = flag_of(value);
      break;
    case tag("success"):
      if (type_of(value) == ondemand::json_type::boolean) line.is_success = flag_of(value);
      break;
    default:
      break;
  }
}

void read_line_member(std::string_view key, ondemand::value& value, ClaudeLine& line) {
  if (read_envelope_member(key, value, line)) return;
  switch (tag(key)) {
    case tag("subtype"):
      line.subtype = text_of(value);
      break;
    case tag("parentUuid"):
      line.parent_uuid = text_of(value);
      break;
    case tag("logicalParentUuid"):
      line.logical_parent_uuid = text_of(value);
      break;
    case tag("sessionId"):
      line.session_id = text_of(value);
      break;
    case tag("cwd"):
      line.cwd = text_of(value);
      break;
    case tag("version"):
      line.version = text_of(value);
      break;
    case tag("gitBranch"):
      line.branch = text_of(value);
      break;
    case tag("agentId"):
    case tag("agent_id"):
      take_first(line.agent_id, text_of(value));
      break;
    case tag("attributionAgent"):
      line.agent_type = text_of(value);
      break;
    case tag("isSidechain"):
      line.is_sidechain = flag_of(value);
      break;
    case tag("isMeta"):
      line.is_meta = flag_of(value);
      break;
    case tag("isCompactSummary"):
      line.is_compact_summary = flag_of(value);
      break;
    case tag("origin"):
      line.origin_kind = member_text(value, "kind");
      break;
    case tag("forkedFrom"):
      take_first(line.forked_from_session, member_text(value, "sessionId"));
      break;
    case tag("forkSessionId"):
    case tag("fork_session_id"):
      take_first(line.forked_from_session, text_of(value));
      break;
    case tag("continuedFromSessionId"):
    case tag("continued_from_session_id"):
      take_first(line.continued_from_session, text_of(value));
      break;
    case tag("parentToolUseID"):
    case tag("parentToolUseId"):
    case tag("parent_tool_use_id"):
    case tag("toolUseId"):
    case tag("tool_use_id"):
      take_first(line.parent_tool_use_id, text_of(value));
      break;
    case tag("subagentSessionId"):
    case tag("subagent_session_id"):
      take_first(line.subagent_session_id, text_of(value));
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
  std::vector<ClaudeBlock> inner = std::move(line.inner.message.blocks);
  blocks.clear();
  inner.clear();
  line = ClaudeLine();
  line.message.blocks = std::move(blocks);
  line.inner.message.blocks = std::move(inner);
}

}  // namespace

struct ClaudeLineParser::Json {
  ondemand::parser lines;
  ondemand::parser members;
  std::string padded;  // a raw object with padding behind it
};

ClaudeLineParser::ClaudeLineParser() : json_(std::make_unique<Json>()) {}
ClaudeLineParser::~ClaudeLineParser() = default;

size_t ClaudeLineParser::parse(std::string_view text) {
  reset(line_);
  constexpr size_t most_kept = size_t{8} << 20;
  if (json_->lines.capacity() > most_kept && text.size() < most_kept)
    json_ = std::make_unique<Json>();  // gives back what a giant line took
  try {
    ondemand::document document =
        need(json_->lines.iterate(text.data(), text.size(), text.size() + kJsonPadding));
    ondemand::object object = need(document.get_object());
    for (auto each : object) {
      ondemand::field field = need(std::move(each));
      const std::string_view key = need(field.unescaped_key());
      read_line_member(key, field.value(), line_);
    }
    const char* behind;
    if (document.current_location().get(behind)) return text.size();
    return static_cast<size_t>(behind - text.data());
  } catch (const Unreadable&) {
    return 0;
  }
}

OptText ClaudeLineParser::string_member(std::string_view raw, std::string_view name) {
  json_->padded.assign(raw);
  json_->padded.append(kJsonPadding, '\0');
  try {
    ondemand::document document =
        need(json_->members.iterate(json_->padded.data(), raw.size(), json_->padded.size()));
    ondemand::object object = need(document.get_object());
    OptText found;
    for (auto each : object) {
      ondemand::field field = need(std::move(each));
      const std::string_view key = need(field.unescaped_key());
      if (key == name) found = text_of(field.value());
    }
    return found;
  } catch (const Unreadable&) {
    return std::nullopt;
  }
}

}  // namespace relayburn
