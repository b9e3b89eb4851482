#pragma once
// Generation J: a tree of JSON files, one a message, a part or a session (FORMAT.md 1).
// The log is a message with its parts, or a session.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sources/opencode/opencode_message.h"
#include "core/sources/opencode/opencode_records.h"

namespace relayburn {

// .../message/<session>/<message>.json and .../session/<project>/<session>.json
bool is_opencode_file(std::string_view path);

// Adds the parts of a message, .../part/<message>/*.json, to the cursor of its file; of other files
// nothing. It looks at them and opens none: most of them never change again.
void fold_opencode_parts(Cursor& found);

class OpencodeFiles {
 public:
  explicit OpencodeFiles(const ReaderOptions& options) : records_(options) {}

  // Reads one file, with what belongs to it. Throws Error where it cannot be read.
  int64_t read(Cursor cursor, RecordSink& sink);

 private:
  // How far a message is known to be.
  enum class Standing { NoReply, Open, Ended };
  // The messages of a session.
  struct Folder {
    std::string path;
    std::vector<std::string> names;  // ascending, as the agent's ids ascend with time
    std::map<std::string, Standing, std::less<>> standings;  // of those that were looked at
  };

  void read_message(const std::string& path, const std::string& json, RecordSink& sink);
  void read_session(const Cursor& cursor, const std::string& json, RecordSink& sink);
  // Ascends from a message that is whole to what else is now known of its session.
  void emit(const std::string& path, OpencodeMessage& message, bool is_superseded,
            RecordSink& sink);
  void read_parts(const std::string& path, OpencodeMessage& message, RecordSink& sink);
  void close_those_before(const std::string& name, RecordSink& sink);
  bool has_newer_reply(const std::string& name);
  void enter(const std::string& folder);
  Standing standing_of(const std::string& name);
  const OpencodeSession& session_of(const std::string& path, const OpencodeMessage& message);
  std::string load(const std::string& path);

  OpencodeParser parser_;
  OpencodeRecords records_;
  Folder folder_;            // the one at hand
  OpencodeSession session_;  // the last that was asked for
  std::string session_place_;
  std::set<std::string> sessions_;  // whose file was found for a message in this run
  int64_t bytes_ = 0;
};

}  // namespace relayburn
