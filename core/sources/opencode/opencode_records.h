#pragma once
// From the facts of an object of OpenCode to records (LEDGER.md 1), whichever generation it came
// from: a message with all its parts as they stand at one moment, and what its session's row says.
//
// What identifies a record is what all generations know, so that an imported message makes no
// second one: a turn has the id of its message and the number of its step, a user turn and a
// compaction have the id of their message (of a compaction that of the user message that asked for
// it), a call and its result that of the message and of the call: 2.x keeps no ids of parts, and
// call ids repeat between messages.

#include <string_view>

#include "core/sources/json_object.h"
#include "core/sources/opencode/opencode_facts.h"
#include "core/sources/record_writer.h"

namespace relayburn {

inline constexpr std::string_view kOpencodeSource = "opencode";
inline constexpr int64_t kOpencodeParserVersion = 2;

class OpencodeRecords {
 public:
  explicit OpencodeRecords(const ReaderOptions& options)
      : origin_{kOpencodeSource, kOpencodeParserVersion, options} {}

  // `is_superseded`: a newer assistant message of its session is there, so it will not go on.
  // `subject` names the object in what is said of it; empty where its file does.
  void emit(const OpencodeMessage& message, const OpencodeSession& session, bool is_superseded,
            std::string_view subject, RecordSink& sink);
  void emit(const OpencodeSession& session, std::string_view subject, RecordSink& sink);

 private:
  RecordOrigin origin_;
  JsonObjectReader texts_;  // of arguments
};

}  // namespace relayburn
