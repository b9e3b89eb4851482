#include "core/sources/claude/claude_message.h"

namespace relayburn {
namespace {

// A message has one or a few; more are damage, and each becomes a record.
constexpr size_t kMaxIterations = 1000;

// Conditions of a price are texts. Whatever else is there is kept as the log spells it, so that it
// is reported as unknown.
OptText condition(JsonValue& value) { return value.is_string() ? value.text() : value.token(); }

void note_unknown_count(std::string_view key, JsonValue& value, ClaudeCounts& counts) {
  if (counts.unknown_count || !key.ends_with("_tokens")) return;
  const OptText token = value.token();
  if (token && *token != "0") counts.unknown_count = key;
}

// True where the key was one of the counts'.
bool read_count(std::string_view key, JsonValue& value, ClaudeCounts& counts) {
  switch (tag(key)) {
    case tag("input_tokens"):
      counts.input_tokens = value.token();
      return true;
    case tag("output_tokens"):
      counts.output_tokens = value.token();
      return true;
    case tag("cache_read_input_tokens"):
      counts.cache_read_input_tokens = value.token();
      return true;
    case tag("cache_creation_input_tokens"):
      counts.cache_creation_input_tokens = value.token();
      return true;
    case tag("cache_creation"):
      value.members([&](std::string_view name, JsonValue& part) {
        if (name == "ephemeral_5m_input_tokens")
          counts.ephemeral_5m_input_tokens = part.token();
        else if (name == "ephemeral_1h_input_tokens")
          counts.ephemeral_1h_input_tokens = part.token();
        else if (!counts.unknown_cache_kind) {
          counts.unknown_cache_kind = name;
          counts.unknown_cache_tokens = part.token();
        }
      });
      return true;
    case tag("server_tool_use"):
      value.members([&](std::string_view name, JsonValue& part) {
        if (name == "web_search_requests") counts.web_search_requests = part.token();
      });
      return true;
    case tag("service_tier"):
      counts.service_tier = condition(value);
      return true;
    case tag("speed"):
      counts.speed = condition(value);
      return true;
    case tag("inference_geo"):
      counts.inference_geo = condition(value);
      return true;
    default:
      return false;
  }
}

ClaudeIteration read_iteration(JsonValue& value) {
  ClaudeIteration iteration;
  value.members([&](std::string_view key, JsonValue& member) {
    if (read_count(key, member, iteration)) return;
    if (key == "type") {
      iteration.type = member.text();
    } else if (key == "model") {
      iteration.model = member.text();
    } else if (key == "usage" && member.is_object()) {
      member.members([&](std::string_view name, JsonValue& part) {
        if (!read_count(name, part, iteration)) note_unknown_count(name, part, iteration);
      });
    } else if (key == "usage") {
      if (member.token()) iteration.unknown_count = key;
    } else {
      note_unknown_count(key, member, iteration);
    }
  });
  return iteration;
}

void read_iterations(JsonValue& value, ClaudeUsage& usage) {
  usage.iterations.clear();
  usage.has_odd_iterations = !value.is_array() && value.token();
  value.elements([&](JsonValue& each) {
    if (usage.iterations.size() == kMaxIterations || !each.is_object()) {
      usage.has_odd_iterations = true;
      if (usage.iterations.size() == kMaxIterations) return;
    }
    // An entry that is no object keeps its index.
    usage.iterations.push_back(read_iteration(each));
  });
}

void read_usage(JsonValue& value, ClaudeUsage& usage) {
  usage = {};
  usage.is_odd = !value.is_object() && value.token();
  value.members([&](std::string_view key, JsonValue& member) {
    if (read_count(key, member, usage)) return;
    switch (tag(key)) {
      case tag("iterations"):
        read_iterations(member, usage);
        break;
      case tag("output_tokens_details"):  // parts of output_tokens
        break;
      default:
        if (!usage.unknown_key) usage.unknown_key = key;
        note_unknown_count(key, member, usage);
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

ClaudeBlock read_block(JsonValue& value) {
  ClaudeBlock block;
  OptText type, text, thinking, content;
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("type"):
        type = member.text();
        break;
      case tag("text"):
        text = member.text();
        break;
      case tag("thinking"):
        thinking = member.text();
        break;
      case tag("signature"):
      case tag("data"):
        block.signature = member.text();
        break;
      case tag("id"):
        block.id = member.text();
        break;
      case tag("name"):
        block.name = member.text();
        break;
      case tag("input"):
        block.json = member.raw_object();
        break;
      case tag("tool_use_id"):
        block.tool_use_id = member.text();
        break;
      case tag("content"):
        read_text_or_json(member, content, block.json);
        break;
      case tag("is_error"):
        block.is_error = member.flag().value_or(false);
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

void read_content(JsonValue& value, std::vector<ClaudeBlock>& blocks) {
  blocks.clear();
  if (value.is_string()) {
    ClaudeBlock block;
    block.kind = ClaudeBlock::Kind::Text;
    block.text = value.text();
    blocks.push_back(block);
  } else {
    value.elements([&](JsonValue& each) { blocks.push_back(read_block(each)); });
  }
}

}  // namespace

void read_message(JsonValue& value, ClaudeMessage& message) {
  // Of a repeated key the last value counts, and nothing of the one before.
  std::vector<ClaudeBlock> blocks = std::move(message.blocks);
  blocks.clear();
  message = ClaudeMessage();
  message.blocks = std::move(blocks);
  message.is_present = value.is_object();
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("id"):
        message.id = member.text();
        break;
      case tag("model"):
        message.model = member.text();
        break;
      case tag("stop_reason"):
        message.stop_reason = member.text();
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

}  // namespace relayburn
