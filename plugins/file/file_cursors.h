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
  explicit FileCursors(std::string path) : path_(std::move(path)) {}

  // Of a ledger whose committed part is `length` bytes long.
  std::vector<Cursor> read(const LedgerHeader& ledger, int64_t length,
                           std::string_view host_id) const;
  // Adds or replaces those of a host; keeps the others.
  void update(const LedgerHeader& ledger, int64_t length, std::string_view host_id,
              const std::vector<Cursor>& cursors) const;
  // The ledger was rewritten, and holds what it held.
  void keep(const LedgerHeader& ledger, int64_t old_length, int64_t new_length) const;

 private:
  struct Entry {
    std::string host_id;
    Cursor cursor;
  };
  std::vector<Entry> read_all(const LedgerHeader& ledger, int64_t length) const;
  void write_all(const LedgerHeader& ledger, int64_t length,
                 const std::vector<Entry>& entries) const;

  std::string path_;
};

}  // namespace relayburn
