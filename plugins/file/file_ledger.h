#pragma once
// The file backend: append-only JSON lines (ledger_line.h) in a directory, one writer at a time.

#include <mutex>
#include <optional>

#include "core/storage/named_file_locks.h"
#include "core/storage/storage_adapter.h"
#include "plugins/file/file_cursors.h"
#include "plugins/file/file_image.h"
#include "plugins/file/set_aside.h"

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
  void vacuum_superseded() override;

 private:
  // Holds the ledger against other writers, threads and processes alike.
  class Writing;

  // What a writer goes on from.
  struct Present {
    FileImage& image;
    std::vector<FileCursors::Entry> cursors;
  };
  // Reads the file as it is now, whichever process wrote last. Sets a torn tail aside, upgrades an
  // older version, and waits until all of it is on disk. Requires the writer's lock.
  Present present();
  FileImage& newest_image(const FileCursors::Stored& stored);
  void sync_present();
  std::vector<FileCursors::Entry> cursors_as_of(const FileImage& image,
                                                FileCursors::Stored stored) const;
  void set_torn_tail_aside();
  // Puts a new text in place of the ledger and keeps the cursors. Requires the writer's lock.
  void replace(const std::string& text, const std::vector<FileCursors::Entry>& cursors);
  void erase_set_aside_files(SetAside which);

  // Reads the file without a lock.
  FileImage read_image() const;
  std::vector<FileCursors::Entry> read_cursors() const;

  std::string directory_;
  std::string path_;
  FileCursors cursors_;
  NamedFileLocks locks_;
  std::mutex writing_;
  std::optional<FileImage> image_;
  int64_t synced_ = 0;  // the committed length that is known to be on disk
  Log* log_;
};

}  // namespace relayburn
