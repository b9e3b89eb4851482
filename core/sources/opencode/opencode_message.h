#pragma once
// From the JSON of OpenCode's messages, parts and sessions to their facts.

#include <string>
#include <string_view>

#include "core/base/json_validity.h"
#include "core/sources/json_object.h"
#include "core/sources/opencode/opencode_facts.h"

namespace relayburn {

// Reads the JSON of messages, parts and sessions. False: it is not a whole JSON object, not even
// after its bytes were mended; nothing was changed then. What stands behind an object is no part
// of it.
class OpencodeParser {
 public:
  // A message of generation J or S1. Over what `message` says already only what the JSON says.
  bool read_message(std::string_view json, OpencodeMessage& message);
  // A part of it, which is added to it. `id` is the part's own, where the JSON has none.
  bool read_part(std::string_view id, std::string_view json, OpencodeMessage& message);
  // The data of a row of session_message; `type` is the row's.
  bool read_entry(std::string_view type, std::string_view json, OpencodeMessage& message);
  bool read_session(std::string_view json, OpencodeSession& session);
  // What a file of generation J is.
  enum class FileKind { Damaged, Message, Session, Other };
  FileKind kind_of(std::string_view json);
  // Whether anything did stand behind the object that was read last.
  bool had_more() const { return had_more_; }

 private:
  template <class Facts, class Visit>
  bool read(std::string_view json, Facts& facts, Visit visit);

  JsonObjectReader reader_;
  JsonValidator validator_;
  std::string text_;
  bool had_more_ = false;
};

// Puts the rows that one message was split into together, in their order: each is a step of it.
void append_piece(OpencodeMessage& message, OpencodeMessage&& piece);

}  // namespace relayburn
