#pragma once
// What the records of one log object have in common, whichever agent wrote it: heads, counts,
// times, edges, content, and what is said of the parts that cannot be used.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/records/keys.h"
#include "core/records/merge.h"
#include "core/records/records.h"
#include "core/sources/projects.h"
#include "core/sources/source.h"

namespace relayburn {

// Some versions write "" where they mean nothing.
inline OptText stated(OptText text) { return text && text->empty() ? std::nullopt : text; }

inline int64_t size_of(OptText text) { return static_cast<int64_t>(text.value_or("").size()); }

// Text as it is, structure as compact JSON; `compact` owns the latter.
OptText content_of(OptText text, OptText json, std::string& compact);

// Length and hash; nothing of the text.
void fill_content_facts(ToolResult& result, OptText content);

// What a raw JSON object of arguments is known by: its sorted form, or where it is nested too
// deeply to be put in order its own bytes.
std::string sorted_arguments(std::string_view raw_object);

struct RecordOrigin {
  std::string_view source;
  int64_t parser_version;
  ReaderOptions options;
};

class RecordWriter {
 public:
  RecordWriter(const RecordOrigin& origin, int64_t line, RecordSink& sink)
      : origin_(origin), line_(line), sink_(sink) {}

  // Of all records that are made from now on.
  OptText session;
  std::optional<Instant> ts;
  bool is_own_line = true;  // false: a copy inside another line
  std::string subject;      // what problems are of, where a log has no lines: "message msg_1"

  RecordSink& sink() { return sink_; }
  std::string_view source() const { return origin_.source; }
  bool keeps_content() const { return origin_.options.keeps_content; }
  // Where what comes from now on ran: nothing of it is handed on, unless this host does so with the
  // project.
  void enter(OptText cwd, OptText logged_remote = std::nullopt);
  bool is_admitted() const { return is_admitted_; }
  // This host holds lines of the session that ran there.
  void sight(OptText cwd);
  template <class Record>
  void add(const Record& record) {
    if (!is_admitted_) return;
    if constexpr (std::is_same_v<Record, Turn> || std::is_same_v<Record, ToolCall>) {
      if (projects() != nullptr && projects()->hides()) return add_hidden(record);
    }
    sink_.batch().add(record);
  }
  void issue(std::string_view problem);
  // As RecordSink::unknown: "usage.iterations has the unknown type 'x'; its tokens are counted".
  void unknown(std::string_view problem);

  int64_t revision(int64_t output_tokens, bool stop_reason_seen,
                   bool is_lower_bound = false) const {
    return make_revision(origin_.parser_version, output_tokens, stop_reason_seen, is_own_line,
                         is_lower_bound);
  }
  int64_t parser_version() const { return origin_.parser_version; }
  // Of a record that is final when it is first seen.
  int64_t plain_revision() const { return revision(0, false); }
  void fill_head(RecordHead& head, Key id, int64_t revision) const;

  // A session id as it can be stored; absent, and reported, where it is too long.
  OptText storable_session(OptText id);
  std::optional<Instant> time(OptText timestamp);
  // What a number field counts; 0, and reported as `field`, where it is no count.
  int64_t count(OptText token, std::string_view field);

  // The edge's own fields are filled in; source, session and time where they are absent.
  void add_edge(Relationship edge);
  // Its key names the block by its own id, else by the tool use, else by its text.
  void add_content(std::string_view kind, std::string_view role, OptText message_id,
                   OptText tool_use_id, OptText body, OptText block_id = std::nullopt);

 private:
  Projects* projects() const { return origin_.options.projects; }
  void add_hidden(Turn turn) {
    projects()->hide(turn);
    sink_.batch().add(turn);
  }
  void add_hidden(ToolCall call) {
    projects()->hide(call, cwd_ ? OptText(*cwd_) : std::nullopt);
    sink_.batch().add(call);
  }

  const RecordOrigin& origin_;
  std::optional<std::string> cwd_;  // as enter() was told, where something may be hidden
  bool is_admitted_ = true;
  int64_t line_;
  RecordSink& sink_;
};

}  // namespace relayburn
