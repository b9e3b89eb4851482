#pragma once
// cursors.jsonl beside the ledger. Its first line names the ledger and the length that had reached
// the disk when the file was written; its last line proves that it is whole. If any of that does
// not hold, there are no cursors, and the logs are read again.

#include <string>
#include <string_view>
#include <vector>

#include "core/records/batch.h"
#include "plugins/file/ledger_line.h"

namespace relayburn {

class FileCursors {
 public:
  FileCursors(std::string path, std::string ledger_path)
      : path_(std::move(path)), ledger_path_(std::move(ledger_path)) {}

  struct Entry {
    std::string host_id;
    Cursor cursor;
  };

  // What the file holds; a file that is not whole or not there holds nothing.
  struct Stored {
    std::string ledger_id;
    int64_t length = 0;  // of the ledger
    int64_t end_hash = 0;
    int64_t inode = 0;
    int64_t ctime_ns = 0;
    std::vector<Entry> entries;
  };
  Stored load() const;

  // The length up to which this ledger is proven to have been on disk; 0 if nothing is known.
  static int64_t proven_length(const Stored& stored, const LedgerHeader& ledger) {
    return stored.ledger_id == ledger.ledger_id ? stored.length : 0;
  }
  // Whether no program has written to the ledger's file since. Whoever wrote the cursors had read
  // all of it, so it need not be read again to know where it ends.
  bool is_ledger_unchanged(const Stored& stored) const;
  // The entries, if they belong to this ledger with `length` committed bytes; else none.
  std::vector<Entry> entries_for(Stored stored, const LedgerHeader& ledger, int64_t length) const;
  std::vector<Entry> read(const LedgerHeader& ledger, int64_t length) const {
    return entries_for(load(), ledger, length);
  }

  enum class Sync { No, Yes };
  // Requires that the ledger is on disk up to `length`. A write that is not synced and lost costs a
  // second reading of the logs, and nothing else.
  void write(const LedgerHeader& ledger, int64_t length, const std::vector<Entry>& entries,
             Sync sync = Sync::No) const;

 private:
  int64_t end_hash(int64_t length) const;

  std::string path_;
  std::string ledger_path_;
};

std::vector<Cursor> cursors_of(const std::vector<FileCursors::Entry>& entries,
                               std::string_view host_id);
// Adds or replaces those of a host; keeps the others.
void put_cursors(std::vector<FileCursors::Entry>& entries, std::string_view host_id,
                 const std::vector<Cursor>& cursors);

}  // namespace relayburn
