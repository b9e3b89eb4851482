#pragma once
// What is in a ledger file up to its last commit line: for every key the greatest record's place,
// the counts of the runs, and what was pruned. Built by reading the file once; reads on when it has
// grown.

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

class FileImage {
 public:
  // Opens the file, which has a header. Throws SchemaTooNew, or Corrupt.
  explicit FileImage(std::string path);

  // Reads what was committed since the last call.
  void refresh();
  // The path names another file by now (a prune replaced it).
  bool is_replaced() const;

  const std::string& path() const { return path_; }
  const LedgerHeader& header() const { return header_; }
  int64_t committed() const { return committed_; }  // bytes up to the end of the last commit line
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
  };
  // What the caller has just written behind the committed part need not be read.
  void commit(const Pending& pending, const CommitLine& commit, int64_t end);

 private:
  void take_line(const Line& line, Pending& pending);
  std::string_view bytes_of(const RecordPlace& place);
  void take_record(Kind kind, const RecordPlace& place);
  int64_t tie_at(Kind kind, const RecordPlace& place);

  std::string path_;
  FileHandle file_;
  LedgerHeader header_;
  int64_t committed_ = 0;
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
