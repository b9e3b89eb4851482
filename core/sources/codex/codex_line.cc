#include "core/sources/codex/codex_line.h"

#include <utility>

namespace relayburn {
namespace {

void read_usage(JsonValue& value, CodexUsage& usage) {
  usage = {};
  usage.is_present = value.is_object();
  value.members([&](std::string_view key, JsonValue& member) {
    usage.has_members = true;
    switch (tag(key)) {
      case tag("input_tokens"):
        usage.input_tokens = member.token();
        break;
      case tag("cached_input_tokens"):
        usage.cached_input_tokens = member.token();
        break;
      case tag("cache_write_input_tokens"):
        usage.cache_write_input_tokens = member.token();
        break;
      case tag("output_tokens"):
        usage.output_tokens = member.token();
        break;
      case tag("reasoning_output_tokens"):
        usage.reasoning_output_tokens = member.token();
        break;
      default:
        break;
    }
  });
}

CodexValue read_value(JsonValue& value) {
  CodexValue read;
  read_text_or_json(value, read.text, read.json);
  return read;
}

void read_blocks(JsonValue& value, std::vector<CodexBlock>& blocks) {
  blocks.clear();
  if (value.is_string()) blocks.push_back({std::nullopt, value.text()});
  value.elements([&](JsonValue& each) {
    CodexBlock block;
    each.members([&](std::string_view key, JsonValue& member) {
      if (key == "type") block.type = member.text();
      if (key == "text") block.text = member.text();
    });
    blocks.push_back(block);
  });
}

void read_spawn(JsonValue& value, CodexSubagent& subagent) {
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "parent_thread_id") subagent.parent_thread_id = member.text();
    if (key == "agent_role" || key == "agent_type")
      if (const OptText role = member.text()) subagent.kind = role;
  });
}

// "cli", {"subagent":"review"}, {"subagent":{"thread_spawn":{…}}}, {"subagent":{"other":"name"}}
void read_origin(JsonValue& value, CodexSubagent& subagent) {
  subagent = {};
  value.members([&](std::string_view key, JsonValue& member) {
    if (key != "subagent") return;
    subagent.is_present = true;
    if (member.is_string()) subagent.kind = member.text();
    member.members([&](std::string_view kind, JsonValue& detail) {
      if (kind == "thread_spawn") return read_spawn(detail, subagent);
      subagent.kind = detail.is_string() ? detail.text() : OptText(kind);
    });
  });
}

void read_git(JsonValue& value, CodexItem& item) {
  item.branch.reset();
  item.repository_url.reset();
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "branch") item.branch = member.text();
    if (key == "repository_url") item.repository_url = member.text();
  });
}

void read_info(JsonValue& value, CodexItem& item) {
  item.total_usage = {};
  item.last_usage = {};
  item.has_info = false;
  value.members([&](std::string_view key, JsonValue& member) {
    item.has_info = true;
    if (key == "total_token_usage") read_usage(member, item.total_usage);
    if (key == "last_token_usage") read_usage(member, item.last_usage);
  });
}

void read_service_tier(JsonValue& value, CodexItem& item) {
  item.states_service_tier = true;
  item.service_tier = value.is_string() ? value.text() : value.token();
}

void read_thread_settings(JsonValue& value, CodexItem& item) {
  item.has_settings = value.is_object();
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "model") item.model = member.text();
    if (key == "cwd") item.cwd = member.text();
    if (key == "service_tier") read_service_tier(member, item);
  });
}

// {"Ok":{"isError":true,…}} or {"Err":"…"}
bool is_failure(JsonValue& value) {
  bool failed = false;
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "Err") failed = true;
    if (key == "isError") failed = member.flag().value_or(false);
    if (key != "Ok") return;
    member.members([&](std::string_view name, JsonValue& part) {
      if (name == "isError") failed = part.flag().value_or(false);
    });
  });
  return failed;
}

void read_completed_item(JsonValue& value, CodexItem& item) {
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "id") item.item_id = member.text();
    if (key == "status") item.item_status = member.text();
  });
}

void read_session_member(std::string_view key, JsonValue& value, CodexItem& item) {
  switch (tag(key)) {
    case tag("cli_version"):
      item.cli_version = value.text();
      break;
    case tag("model_provider"):
      item.model_provider = value.text();
      break;
    case tag("forked_from_id"):
      item.forked_from_id = value.text();
      break;
    case tag("parent_thread_id"):
      item.parent_thread_id = value.text();
      break;
    case tag("agent_role"):
      item.agent_role = value.text();
      break;
    case tag("source"):
      read_origin(value, item.subagent);
      break;
    case tag("git"):
      read_git(value, item);
      break;
    case tag("instructions"):
      item.has_instructions = true;
      break;
    default:
      break;
  }
}

void read_event_member(std::string_view key, JsonValue& value, CodexItem& item) {
  switch (tag(key)) {
    case tag("info"):
      read_info(value, item);
      break;
    case tag("usage"):
      read_usage(value, item.usage);
      break;
    case tag("thread_token_usage"):
      read_usage(value, item.thread_usage);
      break;
    case tag("response_id"):
      item.response_id = value.text();
      break;
    case tag("rate_limits"):
      item.plan = value.member_text("plan_type");
      break;
    case tag("thread_settings"):
      read_thread_settings(value, item);
      break;
    case tag("exit_code"):
      item.exit_code = value.token();
      break;
    case tag("success"):
      item.success = value.flag();
      break;
    case tag("result"):
      item.is_failed_result = is_failure(value);
      break;
    case tag("item"):
      read_completed_item(value, item);
      break;
    case tag("new_thread_id"):
      item.new_thread_id = value.text();
      break;
    case tag("new_agent_role"):
      item.new_agent_role = value.text();
      break;
    case tag("sender_thread_id"):
      item.sender_thread_id = value.text();
      break;
    case tag("agent_thread_id"):
      item.agent_thread_id = value.text();
      break;
    default:
      read_session_member(key, value, item);
      break;
  }
}

void read_item_member(std::string_view key, JsonValue& value, CodexItem& item) {
  switch (tag(key)) {
    case tag("type"):
      item.type = value.text();
      break;
    case tag("id"):
      item.id = value.text();
      break;
    case tag("timestamp"):
      item.timestamp = value.text();
      break;
    case tag("turn_id"):
      item.turn_id = value.text();
      break;
    case tag("model"):
      item.model = value.text();
      break;
    case tag("cwd"):
      item.cwd = value.text();
      break;
    case tag("service_tier"):
      read_service_tier(value, item);
      break;
    case tag("role"):
      item.role = value.text();
      break;
    case tag("name"):
      item.name = value.text();
      break;
    case tag("call_id"):
      item.call_id = value.text();
      break;
    case tag("arguments"):
      item.arguments = read_value(value);
      break;
    case tag("input"):
      item.input = read_value(value);
      break;
    case tag("action"):
      item.action = read_value(value);
      break;
    case tag("output"):
    case tag("tools"):
      item.output = read_value(value);
      break;
    case tag("status"):
      item.status = value.text();
      break;
    case tag("content"):
      read_blocks(value, item.content);
      break;
    case tag("summary"):
      read_blocks(value, item.summary);
      break;
    default:
      read_event_member(key, value, item);
      break;
  }
}

// Forgets the last object, but keeps the memory of its blocks.
void reset(CodexItem& item) {
  std::vector<CodexBlock> content = std::move(item.content);
  std::vector<CodexBlock> summary = std::move(item.summary);
  content.clear();
  summary.clear();
  item = CodexItem();
  item.content = std::move(content);
  item.summary = std::move(summary);
}

}  // namespace

size_t CodexLineParser::parse(std::string_view text) {
  line_.timestamp.reset();
  line_.type.reset();
  line_.ordinal.reset();
  line_.has_payload = false;
  reset(bare_);
  const size_t extent = lines_.read(text, [&](std::string_view key, JsonValue& value) {
    if (key == "payload") {
      reset(line_.item);
      line_.has_payload = value.is_object();
      value.members([&](std::string_view name, JsonValue& member) {
        read_item_member(name, member, line_.item);
      });
    } else if (key == "ordinal") {
      line_.ordinal = value.token();
    } else {
      read_item_member(key, value, bare_);
    }
  });
  line_.timestamp = bare_.timestamp;
  line_.type = bare_.type;
  if (!line_.has_payload) std::swap(line_.item, bare_);
  return extent;
}

}  // namespace relayburn
