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

// Places by key, in the order in which keys came first.
class PlaceIndex {
 public:
  RecordPlace* find(const Key& id);
  void insert(const RecordPlace& place);
  const std::vector<RecordPlace>& places() const { return places_; }
  // In ascending order of keys.
  std::vector<const RecordPlace*> sorted() const;

 private:
  size_t find_slot(const Key& id) const;
  void grow();

  std::vector<RecordPlace> places_;
  std::vector<uint32_t> slots_;  // 0 is free, else index + 1
};

struct RunState {
  std::string host_id;
  int64_t last_batch = 0;
  Tallies last{};
  Tallies all{};
  int64_t rejected = 0;
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

 private:
  // The lines since the last commit line; they count when theirs is read.
  struct Pending {
    std::vector<std::pair<Kind, RecordPlace>> records;
    std::optional<PruneLine> prune;
    int64_t bytes = 0;
  };
  void take_line(const Line& line, Pending& pending);
  void commit(const Pending& pending, const CommitLine& commit);
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
  std::string padded_;
};

}  // namespace relayburn
