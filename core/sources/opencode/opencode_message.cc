#include "core/sources/opencode/opencode_message.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/json_padding.h"
#include "core/base/utf8.h"
#include "core/sources/opencode/opencode_part.h"

namespace relayburn {
namespace {

void read_model(JsonValue& value, OpencodeMessage& message) {
  value.members([&](std::string_view key, JsonValue& member) {
    if (key == "providerID") message.provider = own(member.text());
    if (key == "modelID" || key == "id") message.model = own(member.text());
  });
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
      OpencodeTimes times = read_times(value);
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
    OpencodePart part;
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
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  json.remove_prefix(std::min(json.find_first_not_of(blank), json.size()));
  json = json.substr(0, json.find_last_not_of(blank) + 1);
  had_more_ = false;
  text_ = json;
  if (read_text()) return true;
  const size_t extent = object_extent(json);
  had_more_ = extent > 0 && extent < json.size();
  text_ = repair_json(had_more_ ? json.substr(0, extent) : json);
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
  OpencodePart part;
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
  for (OpencodeText& text : piece.texts) text.step += message.steps.size();
  for (OpencodeTool& tool : piece.tools) tool.step += message.steps.size();
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
