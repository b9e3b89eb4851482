#include "core/sources/opencode/opencode_replies.h"

#include <algorithm>
#include <array>

#include "core/sources/opencode/opencode_forks.h"

namespace relayburn {
namespace {

// Id, type and data of the messages of session ?1 on one side of the place (?2, ?3).
std::string select(const OpencodeConversation& conversation, const char* side,
                   const char* direction) {
  const std::string order(conversation.order);
  return std::string("SELECT id, ") + (conversation.is_entries() ? "type" : "NULL") +
         ", data FROM " + conversation.name() + " WHERE session_id = ?1 AND (" + order + side +
         "?2 OR (" + order + " = ?2 AND id" + side + "?3)) ORDER BY " + order + direction + ", id" +
         direction;
}

std::array<Cell, 3> place_of(const OpencodeReplies::Reply& reply) {
  return {Cell::text(reply.session), Cell::integer(reply.order), Cell::text(reply.id)};
}

}  // namespace

std::string_view base_of_piece(std::string_view id) {
  constexpr std::string_view prefix = "msg_";
  const size_t last = id.rfind('_');
  if (!id.starts_with(prefix) || last == std::string_view::npos || last <= prefix.size()) return id;
  const std::string_view number = id.substr(last + 1);
  const bool is_number = !number.empty() && std::all_of(number.begin(), number.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  return is_number ? id.substr(0, last) : id;
}

void OpencodeReplies::note(const OpencodeMessage& message, const Reply& reply) {
  if (message.role != "assistant") return;
  replies_.push_back(reply);
  if (!message.says_its_end()) open_.push_back(reply);
}

std::set<std::string> OpencodeReplies::take_broken(const OpencodeConversation& conversation,
                                                   bool all_were_read) {
  std::set<std::string> broken;
  for (const Reply& reply : open_)
    if (has_newer_reply(conversation, reply)) broken.insert(reply.id);
  if (!all_were_read)
    for (const Reply& reply : replies_) broken.merge(open_before(conversation, reply));
  replies_.clear();
  open_.clear();
  return broken;
}

// Ids of copies end like those of pieces.
std::string_view OpencodeReplies::message_of(const OpencodeConversation& conversation,
                                             std::string_view id) const {
  return conversation.is_entries() ? forks_.base_of(id) : id;
}

bool OpencodeReplies::has_newer_reply(const OpencodeConversation& conversation,
                                      const Reply& reply) {
  bool is_found = false;
  rows_.query(select(conversation, " > ", ""), place_of(reply), [&](Row row) {
    is_found = message_of(conversation, row[0].text()) != reply.id && is_reply(conversation, row);
    return !is_found;
  });
  return is_found;
}

// One that is damaged stands behind those before it all the same.
bool OpencodeReplies::is_reply(const OpencodeConversation& conversation, Row row) {
  if (conversation.is_entries()) return row[1].text() == "assistant";
  OpencodeMessage message;
  parser_.read_message(row[2].text(), message);
  return message.role == "assistant";
}

std::set<std::string> OpencodeReplies::open_before(const OpencodeConversation& conversation,
                                                   const Reply& reply) {
  std::set<std::string> open;
  rows_.query(select(conversation, " < ", " DESC"), place_of(reply), [&](Row row) {
    std::string id(message_of(conversation, row[0].text()));
    OpencodeMessage message;
    const bool is_read = conversation.is_entries()
                             ? parser_.read_entry(row[1].text(), row[2].text(), message)
                             : parser_.read_message(row[2].text(), message);
    if (id == reply.id || !is_read || message.role != "assistant") return true;
    if (message.says_its_end()) return false;
    open.insert(std::move(id));
    return true;
  });
  return open;
}

}  // namespace relayburn
