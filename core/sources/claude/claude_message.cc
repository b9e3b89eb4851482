#include "core/sources/claude/claude_message.h"

namespace relayburn {
namespace {

void read_usage(JsonValue& value, ClaudeUsage& usage) {
  usage = {};
  usage.is_present = value.is_object();
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("input_tokens"):
        usage.input_tokens = member.token();
        break;
      case tag("output_tokens"):
        usage.output_tokens = member.token();
        break;
      case tag("cache_read_input_tokens"):
        usage.cache_read_input_tokens = member.token();
        break;
      case tag("cache_creation_input_tokens"):
        usage.cache_creation_input_tokens = member.token();
        break;
      case tag("cache_creation"):
        member.members([&](std::string_view name, JsonValue& part) {
          if (name == "ephemeral_5m_input_tokens") usage.ephemeral_5m_input_tokens = part.token();
          if (name == "ephemeral_1h_input_tokens") usage.ephemeral_1h_input_tokens = part.token();
        });
        break;
      case tag("server_tool_use"):
        member.members([&](std::string_view name, JsonValue& part) {
          if (name == "web_search_requests") usage.web_search_requests = part.token();
        });
        break;
      case tag("service_tier"):
        usage.service_tier = member.text();
        break;
      case tag("speed"):
        usage.speed = member.text();
        break;
      case tag("inference_geo"):
        usage.inference_geo = member.text();
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
