#include "core/sources/opencode/opencode_message.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/base/json_padding.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

OwnText own(OptText text) { return text ? OwnText(*text) : std::nullopt; }

// A number, or what stands in its place.
OwnText own_token(JsonValue& value) { return own(value.token()); }

OwnText own_number(JsonValue& value) {
  if (value.is_string() || value.is_object() || value.is_array()) return std::nullopt;
  return own(value.token());
}

bool is_stated(JsonValue& value) { return value.token().has_value(); }

void read_usage(JsonValue& value, OpencodeUsage& usage) {
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("input"):
        usage.is_present = true;
        usage.input = own_token(member);
        break;
      case tag("output"):
        usage.is_present = true;
        usage.output = own_token(member);
        break;
      case tag("reasoning"):
        usage.reasoning = own_token(member);
        break;
      case tag("total"):
        usage.total = own_token(member);
        break;
      case tag("cache"):
        member.members([&](std::string_view name, JsonValue& count) {
          if (name == "read") usage.cache_read = own_token(count);
          if (name == "write") usage.cache_write = own_token(count);
        });
        break;
      default:
        break;
    }
  });
}

void read_model(JsonValue& value, OpencodeMessage& message) {
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "providerID") message.provider = own(member.text());
    if (key == "modelID" || key == "id") message.model = own(member.text());
  });
}

struct Times {
  OwnText created, completed, start, end;
  bool is_compacted = false;
};

Times read_times(JsonValue& value) {
  Times times;
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("created"):
        times.created = own_token(member);
        break;
      case tag("completed"):
        times.completed = own_token(member);
        break;
      case tag("start"):
        times.start = own_token(member);
        break;
      case tag("end"):
        times.end = own_token(member);
        break;
      case tag("compacted"):
        times.is_compacted = is_stated(member);
        break;
      default:
        break;
    }
  });
  return times;
}

void advance(int64_t& greatest, const OwnText& token) {
  greatest = std::max(greatest, opencode_milliseconds(view(token)).value_or(0));
}

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
        Times times = read_times(member);
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

struct Part {
  OwnText id, type, reason, cost, text;
  OpencodeTool tool;
  OpencodeUsage usage;
  bool is_synthetic = false;
  std::optional<bool> is_automatic;
  Times times;
};

void visit_part(std::string_view key, JsonValue& value, Part& part) {
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

void take_text(Part& part, OpencodeText::Kind kind, OpencodeMessage& message) {
  if (part.text) message.texts.push_back({kind, std::move(*part.text), part.is_synthetic});
}

void take_step(Part&& part, OpencodeMessage& message) {
  for (const OpencodeStep& step : message.steps)
    if (part.id && step.part_id == part.id) return;
  message.steps.push_back(
      {std::move(part.id), std::move(part.reason), std::move(part.cost), std::move(part.usage)});
}

void take_part(Part&& part, OpencodeMessage& message) {
  for (const OwnText* token : {&part.times.end, &part.times.start, &part.tool.ended})
    advance(message.updated_ms, *token);
  if (part.type == "text") {
    take_text(part, OpencodeText::Kind::Text, message);
  } else if (part.type == "reasoning") {
    take_text(part, OpencodeText::Kind::Reasoning, message);
  } else if (part.type == "tool") {
    message.tools.push_back(std::move(part.tool));
  } else if (part.type == "step-finish") {
    take_step(std::move(part), message);
  } else if (part.type == "compaction") {
    message.has_compaction = true;
    if (part.is_automatic) message.compaction_trigger = *part.is_automatic ? "auto" : "manual";
  }
}

void visit_message(std::string_view key, JsonValue& value, OpencodeMessage& message) {
  switch (tag(key)) {
    case tag("id"):
      message.id = own(value.text());
      break;
    case tag("sessionID"):
      message.session_id = own(value.text());
      break;
    case tag("role"):
      message.role = own(value.text());
      break;
    case tag("parentID"):
      message.parent_id = own(value.text());
      break;
    case tag("providerID"):
      message.provider = own(value.text());
      break;
    case tag("modelID"):
      message.model = own(value.text());
      break;
    case tag("model"):
      read_model(value, message);
      break;
    case tag("path"):
      message.cwd = own(value.member_text("cwd"));
      break;
    case tag("cost"):
      message.cost = own_number(value);
      break;
    case tag("tokens"):
      read_usage(value, message.usage);
      break;
    case tag("finish"):
      message.finish = own(value.text());
      break;
    case tag("error"):
      message.has_error = is_stated(value);
      break;
    case tag("summary"):
      message.is_summary = value.flag() == true;
      break;
    case tag("time"): {
      Times times = read_times(value);
      message.created = std::move(times.created);
      message.completed = std::move(times.completed);
      break;
    }
    default:
      break;
  }
}

// The content of an assistant of 2.x holds what parts were before.
void read_entry_content(JsonValue& value, OpencodeMessage& message) {
  value.elements([&](JsonValue& element) {
    Part part;
    element.members(
        [&](std::string_view key, JsonValue& member) { visit_part(key, member, part); });
    part.tool.call_id = std::move(part.id);
    part.tool.started = part.times.created;
    part.tool.ended = part.times.completed;
    take_part(std::move(part), message);
  });
}

void visit_entry(std::string_view key, JsonValue& value, OpencodeMessage& message) {
  switch (tag(key)) {
    case tag("text"):
      if (OwnText text = own(value.text()))
        message.texts.push_back({OpencodeText::Kind::Text, std::move(*text), false});
      break;
    case tag("content"):
      read_entry_content(value, message);
      break;
    case tag("reason"):
      message.compaction_trigger = own(value.text());
      break;
    case tag("status"):
      message.status = own(value.text());
      break;
    case tag("id"):
    case tag("role"):
      break;  // the row says them
    default:
      visit_message(key, value, message);
  }
}

void visit_session(std::string_view key, JsonValue& value, OpencodeSession& session) {
  switch (tag(key)) {
    case tag("id"):
      session.id = own(value.text());
      break;
    case tag("parentID"):
      session.parent_id = own(value.text());
      break;
    case tag("directory"):
      session.directory = own(value.text());
      break;
    case tag("version"):
      session.version = own(value.text());
      break;
    case tag("time"):
      session.created = read_times(value).created;
      break;
    default:
      break;
  }
}

}  // namespace

std::optional<int64_t> opencode_milliseconds(OptText token) {
  if (!token) return std::nullopt;
  double value = 0;
  const char* end = token->data() + token->size();
  const auto [behind, error] = std::from_chars(token->data(), end, value);
  if (error != std::errc() || behind != end) return std::nullopt;
  constexpr double year_1 = -62135596800e3, year_10000 = 253402300800e3;
  if (!(value >= year_1 && value < year_10000)) return std::nullopt;
  return static_cast<int64_t>(std::floor(value));
}

template <class Facts, class Visit>
bool OpencodeParser::read(std::string_view json, Facts& facts, Visit visit) {
  const auto read_text = [&] {
    const size_t size = text_.size();
    text_.append(kJsonPadding, '\0');
    const std::string_view text(text_.data(), size);
    if (text.empty() || text.front() != '{' || !validator_.is_valid(text)) return false;
    Facts found = facts;
    auto visit_one = [&](std::string_view key, JsonValue& value) { visit(key, value, found); };
    if (reader_.read(text, visit_one) == 0) return false;
    facts = std::move(found);
    return true;
  };
  constexpr std::string_view blank = " \t\r\n";
  const size_t first = std::min(json.find_first_not_of(blank), json.size());
  text_.assign(json.substr(first));
  text_.erase(text_.find_last_not_of(blank) + 1);
  if (read_text()) return true;
  text_ = repair_json(json);
  text_.erase(0, std::min(text_.find_first_not_of(blank), text_.size()));
  text_.erase(text_.find_last_not_of(blank) + 1);
  return read_text();
}

bool OpencodeParser::read_message(std::string_view json, OpencodeMessage& message) {
  if (!read(json, message, visit_message)) return false;
  advance(message.updated_ms, message.created);
  advance(message.updated_ms, message.completed);
  return true;
}

bool OpencodeParser::read_part(std::string_view id, std::string_view json,
                               OpencodeMessage& message) {
  Part part;
  part.id = id;
  if (!read(json, part, visit_part)) return false;
  take_part(std::move(part), message);
  return true;
}

bool OpencodeParser::read_entry(std::string_view type, std::string_view json,
                                OpencodeMessage& message) {
  if (!read(json, message, visit_entry)) return false;
  message.role = type;
  message.has_compaction =
      type == "compaction" && message.status.value_or("completed") == "completed";
  advance(message.updated_ms, message.created);
  advance(message.updated_ms, message.completed);
  return true;
}

bool OpencodeParser::read_session(std::string_view json, OpencodeSession& session) {
  return read(json, session, visit_session);
}

OpencodeParser::FileKind OpencodeParser::kind_of(std::string_view json) {
  FileKind kind = FileKind::Other;
  const bool is_read = read(json, kind, [](std::string_view key, JsonValue&, FileKind& found) {
    if (key == "role") found = FileKind::Message;
    if ((key == "projectID" || key == "directory") && found == FileKind::Other)
      found = FileKind::Session;
  });
  return is_read ? kind : FileKind::Damaged;
}

void append_piece(OpencodeMessage& message, OpencodeMessage&& piece) {
  const auto as_step = [](OpencodeMessage& of) {
    of.steps.push_back(
        {std::nullopt, of.finish, std::exchange(of.cost, std::nullopt), std::move(of.usage)});
    of.usage = {};
  };
  if (message.steps.empty()) as_step(message);
  as_step(piece);
  std::move(piece.steps.begin(), piece.steps.end(), std::back_inserter(message.steps));
  std::move(piece.texts.begin(), piece.texts.end(), std::back_inserter(message.texts));
  std::move(piece.tools.begin(), piece.tools.end(), std::back_inserter(message.tools));
  // It ends where its last piece does.
  message.finish = std::move(piece.finish);
  message.completed = std::move(piece.completed);
  message.has_error = piece.has_error;
  message.status = std::move(piece.status);
  if (!message.model) message.model = std::move(piece.model);
  if (!message.provider) message.provider = std::move(piece.provider);
  message.updated_ms = std::max(message.updated_ms, piece.updated_ms);
}

}  // namespace relayburn
