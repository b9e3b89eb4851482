#pragma once
// What ingest knows of the readers of agents; README.md says how to add one. A reader turns one log
// object into records, with a small state of its file where the format leaves no choice; it counts
// nothing, and looks at no clock, host or file name (LEDGER.md 1).

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/records/batch.h"
#include "core/storage/rows_file.h"

namespace relayburn {

class Projects;

// Where a reader puts what it finds.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  virtual Batch& batch() = 0;
  // This host holds lines of a session that ran in this directory.
  virtual void sighted(std::string_view source, OptText session_id, OptText cwd) = 0;
  // Something of a line could not be used; the rest of it was.
  virtual void issue(int64_t line, std::string_view problem) = 0;
  // The line states something of a kind that this version does not know. Reported and counted once
  // per log and problem.
  virtual void unknown(int64_t line, std::string_view problem) = 0;
  // A line, or its rest, was no object of ours and is lost.
  virtual void rejected(int64_t line, std::string_view problem) = 0;
  virtual void line_read() = 0;
  // True where the batch should be handed on: the reader makes a checkpoint as soon as it can.
  virtual bool is_full() const = 0;
  // All records of the log before this cursor are in the batch, or were. The batch is handed on if
  // it is full.
  virtual void checkpoint(const Cursor& cursor) = 0;
};

struct ReaderOptions {
  bool keeps_content = false;
  // Which projects are handed on, and how they are called. Null: all, as they are.
  Projects* projects = nullptr;
  // Of databases that an agent keeps; throws Error where nothing on this host can open them.
  OpenRows open_rows = {};
};

// Environment variables and the home directory, as the agents read them.
struct SourceEnvironment {
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::string home;
};

class LogReader {
 public:
  virtual ~LogReader() = default;
  // Reads what the log holds behind `cursor`, whose path, identity and size are those of the file
  // now. Throws Error where the file cannot be read. Returns bytes read.
  virtual int64_t read(Cursor cursor, RecordSink& sink) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  virtual std::string_view name() const = 0;  // "claude-code"
  // Raised when a record of the same line comes out differently: cursors of other versions are
  // void.
  virtual int64_t parser_version() const = 0;
  // Folders with logs, and logs.
  virtual std::vector<std::string> roots(const SourceEnvironment& environment) const = 0;
  virtual bool is_log(std::string_view path) const = 0;
  // A log may stand in more than its own file: adds the sizes of the others to `found`, whose path,
  // size and times are those of the log, and the greatest of their times. So a change of any of
  // them is a change of the log.
  virtual void include_sidecar_files(Cursor&) const {}
  // The state of a cursor holds for whatever became of the file since, not only where it has grown.
  virtual bool keeps_state() const { return false; }
  // After how many days without use the agent deletes its logs; nullopt where it keeps them.
  virtual std::optional<int> retention_days(const SourceEnvironment&) const { return std::nullopt; }
  // How much the beginning of a file looks like this agent's log; 0: not at all.
  virtual int likeness(std::string_view head) const = 0;
  // One reader serves many files, one after the other.
  virtual std::unique_ptr<LogReader> reader(const ReaderOptions& options) const = 0;
};

const std::vector<const Source*>& all_sources();
// By its name, or "claude"; nullptr where there is none.
const Source* find_source(std::string_view name);

}  // namespace relayburn
