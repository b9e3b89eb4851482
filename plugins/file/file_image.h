#pragma once
// What is in a ledger file up to its last commit line: for every key the greatest record's place,
// the counts of the runs, and what was pruned. Built by reading the file once; reads on when it has
// grown.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/line_reader.h"
#include "core/records/keyed_list.h"
#include "core/records/record_json.h"
#include "core/storage/storage_adapter.h"
#include "plugins/file/ledger_line.h"

namespace relayburn {

struct RecordPlace {
  Key id;
  Rank rank;
  int64_t offset = 0;
  int64_t size = 0;
};

using PlaceIndex = KeyedList<RecordPlace>;
// In ascending order of keys.
std::vector<const RecordPlace*> by_key(const PlaceIndex& index);

struct RunState {
  std::string host_id;
  int64_t last_batch = 0;
  Tallies last{};
  Tallies all{};
  int64_t rejected = 0;
  int64_t unknown = 0;
};

// Returns the header of a ledger file, and where its line ends. Throws Corrupt.
std::pair<LedgerHeader, int64_t> read_header(const FileHandle& file, const std::string& path);

class FileImage {
 public:
  // Opens the file, which has a header. Throws SchemaTooNew, or Corrupt.
  explicit FileImage(std::string path);

  // Reads what was committed since the last call. A batch at the end that a crash cut short is not
  // read (torn_end); damage anywhere throws Corrupt, naming the place. `proven_length` is a length
  // of the ledger that is known to have been on disk; learn it before this call.
  void refresh(int64_t proven_length = 0);
  // The path names another file by now (a prune replaced it).
  bool is_replaced() const;

  const std::string& path() const { return path_; }
  const LedgerHeader& header() const { return header_; }
  int64_t committed() const { return committed_; }  // bytes up to the end of the last commit line
  // Where the file ended if the last refresh found torn bytes after committed(), else committed().
  int64_t torn_end() const { return std::max(torn_end_, committed_); }
  // The torn bytes have a commit line, so no writer is still at work on them.
  bool is_commit_torn() const { return is_commit_torn_; }
  // The seal that the next commit line names as `previous`.
  const std::string& seal() const { return seal_; }
  PlaceIndex& index(Kind kind) { return indexes_[index_of(kind)]; }
  const std::map<std::string, RunState>& runs() const { return runs_; }
  const PruneLine& pruned() const { return pruned_; }
  bool is_hidden(const Content& content) const;

  // A record's cells, in the arena.
  std::span<Cell> read(const RecordPlace& place, Arena& arena);

  // The lines since the last commit line; they count when theirs is there.
  struct Pending {
    std::vector<std::pair<Kind, RecordPlace>> records;
    std::optional<PruneLine> prune;
    int64_t bytes = 0;
    int64_t unknown_line = -1;  // where the first one begins
  };
  // What the caller has just written behind the committed part need not be read.
  void commit(const Pending& pending, const CommitLine& commit, int64_t end);

 private:
  void take_line(const Line& line, Pending& pending);
  // Says what is wrong with a batch; empty: nothing.
  std::string problem_of(const Line& line, const std::optional<CommitLine>& commit,
                         const Pending& pending, const std::string& hash) const;
  std::string_view bytes_of(const RecordPlace& place);
  void take_record(Kind kind, const RecordPlace& place);
  int64_t tie_at(Kind kind, const RecordPlace& place);

  std::string path_;
  FileHandle file_;
  LedgerHeader header_;
  int64_t committed_ = 0;
  int64_t torn_end_ = 0;
  bool is_commit_torn_ = false;
  std::string seal_;
  std::array<PlaceIndex, kKindCount> indexes_;
  std::map<std::string, RunState> runs_;
  PruneLine pruned_{INT64_MIN, {}};
  LineBuffer buffer_;
  std::unique_ptr<RecordJsonReader> reader_;
  std::string window_;  // some bytes of the file, and padding
  int64_t window_begin_ = 0;
  int64_t window_end_ = 0;
};

}  // namespace relayburn
