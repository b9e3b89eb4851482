#include "core/sources/opencode/opencode_part.h"

#include <utility>

namespace relayburn {
namespace {

// An error is a text, or an object with a message.
OwnText read_error(JsonValue& value) {
  if (value.is_string()) return own(value.text());
  return own(value.member_text("message"));
}

// 2.x keeps a result as a list of texts and files.
OwnText read_content(JsonValue& value) {
  OwnText joined;
  value.elements([&](JsonValue& element) {
    const OptText text = element.member_text("text");
    if (!text) return;
    if (joined) {
      joined->append("\n").append(*text);
    } else {
      joined = *text;
    }
  });
  return joined;
}

OwnText read_child_session(JsonValue& value) {
  OwnText child;
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "sessionId" || key == "sessionID") child = own(member.text());
  });
  return child;
}

void read_tool_state(JsonValue& value, OpencodeTool& tool) {
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("status"):
        tool.status = own(member.text());
        break;
      case tag("input"):
        tool.input = own(member.raw_object());
        break;
      case tag("output"):
        tool.output = own(member.text());
        break;
      case tag("content"):
        tool.output = read_content(member);
        break;
      case tag("error"):
        tool.error = read_error(member);
        break;
      case tag("metadata"):
      case tag("structured"):
        if (OwnText child = read_child_session(member)) tool.child_session = std::move(child);
        break;
      case tag("time"): {
        OpencodeTimes times = read_times(member);
        tool.started = std::move(times.start);
        tool.ended = std::move(times.end);
        tool.is_compacted = times.is_compacted;
        break;
      }
      default:
        break;
    }
  });
  // What the migration to 2.x writes in place of an output that is gone.
  if (tool.output == "[Old tool result content cleared]") tool.is_compacted = true;
}

void take_text(OpencodePart& part, OpencodeText::Kind kind, OpencodeMessage& message) {
  if (part.text)
    message.texts.push_back({kind, std::move(*part.text), part.is_synthetic, message.steps.size()});
}

void take_step(OpencodePart&& part, OpencodeMessage& message) {
  for (const OpencodeStep& step : message.steps)
    if (part.id && step.part_id == part.id) return;
  message.steps.push_back(
      {std::move(part.id), std::move(part.reason), std::move(part.cost), std::move(part.usage)});
}

}  // namespace

void visit_part(std::string_view key, JsonValue& value, OpencodePart& part) {
  switch (tag(key)) {
    case tag("id"):
      part.id = own(value.text());
      break;
    case tag("type"):
      part.type = own(value.text());
      break;
    case tag("text"):
      part.text = own(value.text());
      break;
    case tag("synthetic"):
    case tag("ignored"):
      if (value.flag() == true) part.is_synthetic = true;
      break;
    case tag("callID"):
      part.tool.call_id = own(value.text());
      break;
    case tag("tool"):
    case tag("name"):
      part.tool.name = own(value.text());
      break;
    case tag("state"):
      read_tool_state(value, part.tool);
      break;
    case tag("reason"):
      part.reason = own(value.text());
      break;
    case tag("cost"):
      part.cost = own_number(value);
      break;
    case tag("tokens"):
      read_usage(value, part.usage);
      break;
    case tag("auto"):
      part.is_automatic = value.flag();
      break;
    case tag("time"):
      part.times = read_times(value);
      break;
    default:
      break;
  }
}

void take_part(OpencodePart&& part, OpencodeMessage& message) {
  for (const OwnText* token : {&part.times.end, &part.times.start, &part.tool.ended})
    advance(message.updated_ms, *token);
  if (part.type == "text") {
    take_text(part, OpencodeText::Kind::Text, message);
  } else if (part.type == "reasoning") {
    take_text(part, OpencodeText::Kind::Reasoning, message);
  } else if (part.type == "tool") {
    part.tool.step = message.steps.size();
    message.tools.push_back(std::move(part.tool));
  } else if (part.type == "step-finish") {
    take_step(std::move(part), message);
  } else if (part.type == "compaction") {
    message.has_compaction = true;
    if (part.is_automatic) message.compaction_trigger = *part.is_automatic ? "auto" : "manual";
  }
}

}  // namespace relayburn
