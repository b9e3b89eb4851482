#pragma once
// A ledger of its own for one test, opened as relayburn does: through the plugin's shared object.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/storage/storage_adapter.h"
#include "tests/contract/backend_under_test.h"

namespace relayburn {

// The folder that `--plugin-dir` would name.
std::string plugin_folder();

class CollectedLog : public Log {
 public:
  void write(LogLevel, std::string_view text) override;
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class TestStore {
 public:
  TestStore();
  ~TestStore();
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  const Place& place() const { return place_; }
  // For the test's own files; the store is not in it, but beside.
  const std::string& folder() const { return folder_; }
  // Every file of the store that lies in the file system.
  std::vector<std::string> files() const;

  // Independent of every other adapter. A child process must open its own, and whoever forks must
  // have none: SQLite and libpq both forbid to carry a connection across.
  std::unique_ptr<StorageAdapter> open() const;
  std::unique_ptr<StorageAdapter> open_migrated() const;
  // Migrates, and leaves nothing open.
  void create() const { open_migrated(); }

 private:
  std::string root_;
  std::string folder_;
  Place place_;
  mutable CollectedLog log_;
  OpenContext context_;
};

}  // namespace relayburn
