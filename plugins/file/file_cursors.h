#pragma once
// cursors.jsonl beside the ledger. Its first line names the ledger and how long that was when the
// file was written; its last line proves that it is whole. Where any of that does not hold, there
// are no cursors, and the logs are read again.

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

  // Of a ledger whose committed part is `length` bytes long.
  std::vector<Entry> read(const LedgerHeader& ledger, int64_t length) const;
  void write(const LedgerHeader& ledger, int64_t length, const std::vector<Entry>& entries) const;

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
