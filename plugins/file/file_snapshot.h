#pragma once

#include <utility>

#include "core/storage/storage_adapter.h"
#include "plugins/file/file_image.h"

namespace relayburn {

// The committed part of the file as it was when the snapshot was taken: it only ever grows, and a
// prune replaces the file without touching the one that is open here.
class FileSnapshot : public Snapshot {
 public:
  // Requires an image that was refreshed.
  explicit FileSnapshot(FileImage image) : image_(std::move(image)) {}

  void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) override;
  void aggregate(const AggregateQuery& query, const GroupSink& sink) override;
  int64_t count(Kind kind) override;
  std::vector<RunCounts> runs() override;
  std::vector<HostProblems> problems() override;

 private:
  FileImage image_;
};

}  // namespace relayburn
