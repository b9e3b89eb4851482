#pragma once
// The file backend: append-only JSON lines (ledger_line.h) in a directory, one writer at a time.

#include <mutex>
#include <optional>

#include "core/storage/named_file_locks.h"
#include "core/storage/storage_adapter.h"
#include "plugins/file/file_cursors.h"
#include "plugins/file/file_image.h"

namespace relayburn {

class FileLedger : public StorageAdapter {
 public:
  explicit FileLedger(const OpenContext& context);

  StoreInfo info() override;
  MigrationResult migrate() override;
  Tallies append(const Batch& batch) override;
  std::unique_ptr<Snapshot> snapshot() override;
  std::vector<Cursor> cursors(std::string_view host_id) override;
  void with_lock(std::string_view name, const std::function<void()>& fn) override;
  int64_t prune_content(const ContentPrune& prune) override;
  void discard_replaced() override;

 private:
  // Holds the ledger against other writers, threads and processes alike.
  class Writing;

  // The file as it is now, whichever process wrote last. Only while writing.
  FileImage& current_image();
  void replace(const std::string& text);

  std::string directory_;
  std::string path_;
  FileCursors cursors_;
  NamedFileLocks locks_;
  std::mutex writing_;
  std::optional<FileImage> image_;
};

}  // namespace relayburn
