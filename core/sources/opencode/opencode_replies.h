#pragma once
// Replies that do not say their end. One has an end as soon as a newer reply of its session is
// there: nobody goes on with it.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sources/opencode/opencode_message.h"
#include "core/sources/opencode/tolerant_rows.h"

namespace relayburn {

// "msg_x" of "msg_x_2": what an imported message was split into bears its number behind its id. Any
// other id is its own.
std::string_view base_of_piece(std::string_view id);

// Where the messages of a session follow each other.
struct OpencodeConversation {
  enum class Table { Message, SessionMessage };
  Table table;
  std::string_view order;  // the column

  const char* name() const { return is_entries() ? "session_message" : "message"; }
  // Of 2.x, where a column says the role, and a message can stand in several rows.
  bool is_entries() const { return table == Table::SessionMessage; }
};

class OpencodeForks;

class OpencodeReplies {
 public:
  // A reply that was read, and where it stands in its session.
  struct Reply {
    std::string id, session;
    int64_t order = 0;
  };

  // The arguments outlive it.
  OpencodeReplies(TolerantRows& rows, OpencodeParser& parser, const OpencodeForks& forks)
      : rows_(rows), parser_(parser), forks_(forks) {}

  void note(const OpencodeMessage& message, const Reply& reply);
  // Ids of those that broke off: among the noted ones, and, unless all messages were read, among
  // those before them that an earlier run left open. Forgets what was noted.
  std::set<std::string> take_broken(const OpencodeConversation& conversation, bool all_were_read);

 private:
  bool has_newer_reply(const OpencodeConversation& conversation, const Reply& reply);
  std::set<std::string> open_before(const OpencodeConversation& conversation, const Reply& reply);
  bool is_reply(const OpencodeConversation& conversation, Row row);
  std::string_view message_of(const OpencodeConversation& conversation, std::string_view id) const;

  TolerantRows& rows_;
  OpencodeParser& parser_;
  const OpencodeForks& forks_;
  std::vector<Reply> replies_;
  std::vector<Reply> open_;  // those of them that do not say their end
};

}  // namespace relayburn
