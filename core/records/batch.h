#pragma once
// What is appended to a ledger at once: records, each key at most once, and the cursors of files of
// which every record is in this batch or an earlier one. Appending a batch is one transaction.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/arena.h"
#include "core/records/cell.h"
#include "core/records/kinds.h"
#include "core/records/records.h"

namespace relayburn {

class Forgotten;

// How many records of a kind a run brought, by what they did to the store.
struct Tally {
  int64_t inserted = 0;
  int64_t updated = 0;
  int64_t duplicate = 0;

  Tally& operator+=(const Tally& other) {
    inserted += other.inserted;
    updated += other.updated;
    duplicate += other.duplicate;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};
using Tallies = std::array<Tally, kKindCount>;

// Marks where a host stopped reading a log (LEDGER.md 4).
struct Cursor {
  std::string source;
  std::string path;  // bytes, as the file system has them; in a ledger, what stands for them there
  int64_t device = 0;
  int64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  int64_t offset = 0;
  int64_t parser_version = 0;
  int64_t lines = 0;      // that lie before the offset: only to name lines in messages
  int64_t head_hash = 0;  // of the first 4 KiB before the offset
  int64_t tail_hash = 0;  // of the last 4 KiB before the offset
  std::string state;  // what the reader needs across the cut; at most 64 KiB, no text of a prompt

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// Which run a batch belongs to; numbers of a run's batches ascend from 1.
struct RunMark {
  std::string run_id;  // empty: not counted in the ledger (tests)
  std::string host_id;
  int64_t batch_number = 0;
  // The last batch of this run that the ledger has confirmed; 0 for none.
  int64_t confirmed = 0;
  // Lines that were rejected on the way from the batch before to this one.
  int64_t rejected = 0;
  // What a reader met on that way and does not know: each once per log and kind.
  int64_t unknown = 0;
};

class Batch {
 public:
  static constexpr size_t kMaxRows = 5000;
  static constexpr size_t kMaxBytes = size_t{16} << 20;

  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Copies the record. Where its key is here already the greater of the two stays (merge.h), the
  // other is counted in folded().
  template <class Record>
  void add(const Record& record);
  void add_row(Kind kind, Row row);
  // What is left of a record that is forgotten (forgotten.h); `host` is that of a sighting.
  void add_void(Kind kind, const Key& id, std::string_view host);

  // Row i of a kind has describe(kind).columns.size() cells.
  size_t row_count(Kind kind) const { return tables_[index_of(kind)].rows.size(); }
  Row row(Kind kind, size_t i) const {
    return {tables_[index_of(kind)].rows[i], describe(kind).columns.size()};
  }
  int64_t folded(Kind kind) const { return tables_[index_of(kind)].folded; }

  size_t row_count() const { return row_count_; }
  // What it costs in memory, or a database in one go, whichever is more: a text that several
  // records say is kept once, and written with each.
  size_t bytes() const { return std::max(arena_.bytes(), written_); }
  // Of rows: it is time to append it.
  bool is_full(size_t max_rows = kMaxRows) const {
    return row_count() >= max_rows || bytes() >= kMaxBytes;
  }
  bool empty() const { return row_count_ == 0 && cursors.empty(); }

  // Ascending by key: the order in which hosts write, so that they cannot deadlock.
  void sort();
  // Once it is appended: empties it, keeping memory and the run mark's ids; it is confirmed, and
  // the next number comes.
  void clear();

  std::vector<Cursor> cursors;
  // As the ledger gave them: those from which reading went on to get here. What lies before them is
  // not in this batch, so the ledger must still hold them.
  std::vector<Cursor> continued;
  RunMark run;
  // What it covers is added in its void form; it learns of forget records, and of sessions of
  // forgotten projects, which are added as such. Null: nothing. It outlives the batch.
  Forgotten* forgotten = nullptr;

 private:
  struct Table {
    std::vector<Cell*> rows;
    std::vector<uint32_t> slots;  // open addressing by key; 0 is free, else row index + 1
    int64_t folded = 0;
  };
  void merge(Kind kind, Row row);
  // Copies the row to `cells`. Most texts are those of the record before: what `like` says in the
  // same column is there already.
  void keep(Row row, Row like, Cell* cells);
  static size_t find_slot(const Table& table, const Key& key);
  static void grow(Table& table);

  std::array<Table, kKindCount> tables_;
  Arena arena_;
  size_t row_count_ = 0;
  size_t written_ = 0;
};

}  // namespace relayburn
