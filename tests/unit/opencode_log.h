#pragma once
// Objects of OpenCode, and their records in memory.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/records/described.h"
#include "core/sources/opencode/opencode_message.h"
#include "core/sources/opencode/opencode_records.h"
#include "core/sources/opencode/opencode_source.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/temp_folder.h"
#include "tests/unit/test_records.h"

namespace relayburn {

inline std::string quoted(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  return text;
}

// JSON is written with ' for ".
inline const std::string kReply =
    "'role':'assistant','parentID':'msg_u','providerID':'anthropic','modelID':'claude-opus-4-6',"
    "'path':{'cwd':'/home/ada'},'time':{'created':1000000,'completed':1005000},'finish':'stop'";
inline const std::string kTokens =
    "'tokens':{'input':10,'output':20,'reasoning':3,'cache':{'read':40,'write':5}}";

inline std::string step(const std::string& counts, const std::string& more = "") {
  return "{'type':'step-finish','reason':'tool-calls','tokens':{" + counts + "}" + more + "}";
}
inline std::string tool_part(const std::string& state, const std::string& name = "bash") {
  return "{'type':'tool','callID':'call_1','tool':'" + name + "','state':{" + state + "}}";
}

// The records of one message, or of all that were given.
class OpencodeRun {
 public:
  OpencodeRun() = default;
  explicit OpencodeRun(const std::string& message, const std::vector<std::string>& parts = {}) {
    add(message, parts);
  }

  void add(const std::string& message, const std::vector<std::string>& parts = {},
           bool is_superseded = false) {
    OpencodeMessage facts;
    facts.id = "msg_1";
    facts.session_id = "ses_1";
    REQUIRE(parser.read_message(quoted("{" + message + "}"), facts));
    if (updated_ms > 0) facts.updated_ms = updated_ms;
    for (size_t i = 0; i < parts.size(); ++i)
      REQUIRE(parser.read_part("prt_" + std::to_string(i), quoted(parts[i]), facts));
    emit(facts, is_superseded);
  }

  // A row of 2.x.
  void add_entry(const std::string& type, const std::string& data) {
    OpencodeMessage facts;
    REQUIRE(parser.read_entry(type, quoted("{" + data + "}"), facts));
    facts.id = "msg_1";
    facts.session_id = "ses_1";
    if (updated_ms > 0) facts.updated_ms = updated_ms;
    emit(facts, false);
  }

  void emit(const OpencodeMessage& facts, bool is_superseded) {
    records.emit(facts, session, is_superseded, "message msg_1", sink);
  }

  template <class Record>
  std::vector<Record> all() {
    std::vector<Record> found;
    const Kind kind = Described<Record>::kind;
    for (size_t i = 0; i < sink.records.row_count(kind); ++i)
      found.push_back(from_row<Record>(sink.records.row(kind, i)));
    return found;
  }
  template <class Record>
  Record only() {
    const std::vector<Record> found = all<Record>();
    REQUIRE(found.size() == 1);
    return found.front();
  }

  // In the order of the calls.
  std::vector<Turn> sorted_turns() {
    std::vector<Turn> turns = all<Turn>();
    std::sort(turns.begin(), turns.end(),
              [](const Turn& a, const Turn& b) { return a.message_id < b.message_id; });
    return turns;
  }
  std::vector<std::string> digest() { return lines_of(sink.records); }

  OpencodeParser parser;
  OpencodeRecords records{ReaderOptions{.keeps_content = true}};
  OpencodeSession session;
  MemorySink sink;
  int64_t updated_ms = 0;
};

}  // namespace relayburn
