#pragma once
// Hands the batches of one run to a store, one after the other, while the next ones are filled.

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/ingest/ingest.h"

namespace relayburn {

class BatchWriter {
 public:
  // The store outlives it.
  BatchWriter(IngestStore& store, RunMark run) : store_(store), run_(std::move(run)) {}
  // What is not appended yet is dropped.
  ~BatchWriter();
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  // Takes the batch, to be appended behind all that came before, and gives an empty one; waits
  // where another one waits. Throws what an earlier append threw. Called by any thread.
  std::unique_ptr<Batch> exchange(std::unique_ptr<Batch> batch);
  // Waits until all is appended; then, with nobody else about, appends this batch.
  void finish();
  void append(Batch& batch);

  // Of what is appended. Only behind finish(), whether it threw or not.
  const Tallies& tallies() const { return tallies_; }
  // Records that the store set aside.
  int64_t refused() const { return refused_; }
  bool has_appended() const { return run_.confirmed > 0; }

 private:
  bool begin_thread();
  void work();

  IngestStore& store_;
  RunMark run_;
  Tallies tallies_{};
  int64_t refused_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<Batch> waiting_;  // one more is being appended, and each reader fills one
  std::vector<std::unique_ptr<Batch>> empty_;
  std::exception_ptr failure_;
  bool is_ending_ = false;
  bool is_dropping_ = false;
  bool has_no_thread_ = false;
  std::thread thread_;  // begun with the first exchange: most runs bring less than a batch
};

}  // namespace relayburn
