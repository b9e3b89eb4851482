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
  std::vector<Cursor> read(const LedgerHeader& ledger, int64_t length,
                           std::string_view host_id) const;
  // Adds or replaces those of a host; keeps the others.
  void update(const LedgerHeader& ledger, int64_t length, std::string_view host_id,
              const std::vector<Cursor>& cursors) const;
  // All of them, to be kept when the ledger is rewritten.
  std::vector<Entry> read_all(const LedgerHeader& ledger, int64_t length) const;
  void write_all(const LedgerHeader& ledger, int64_t length,
                 const std::vector<Entry>& entries) const;

 private:
  int64_t end_hash(int64_t length) const;

  std::string path_;
  std::string ledger_path_;
};

}  // namespace relayburn
