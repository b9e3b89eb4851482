#include "core/ingest/batch_writer.h"

#include <system_error>

#include "core/records/refused.h"

namespace relayburn {

BatchWriter::~BatchWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = is_dropping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// False where no thread can be had: the batches are then appended by whoever brings them.
bool BatchWriter::begin_thread() {
  if (thread_.joinable()) return true;
  if (has_no_thread_) return false;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    has_no_thread_ = true;
  }
  return !has_no_thread_;
}

std::unique_ptr<Batch> BatchWriter::exchange(std::unique_ptr<Batch> batch) {
  std::unique_lock lock(mutex_);
  if (!begin_thread()) {
    append(*batch);
    return batch;
  }
  changed_.wait(lock, [&] { return failure_ || !waiting_; });
  if (failure_) std::rethrow_exception(failure_);
  waiting_ = std::move(batch);
  std::unique_ptr<Batch> next;
  if (empty_.empty()) {
    next = std::make_unique<Batch>();
  } else {
    next = std::move(empty_.back());
    empty_.pop_back();
  }
  lock.unlock();
  changed_.notify_all();
  return next;
}

void BatchWriter::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_ending_ || waiting_; });
    if (is_dropping_ || !waiting_) return;
    std::unique_ptr<Batch> batch = std::move(waiting_);
    lock.unlock();
    changed_.notify_all();
    std::exception_ptr failure;
    try {
      append(*batch);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure) {
      failure_ = failure;
      changed_.notify_all();
      return;
    }
    empty_.push_back(std::move(batch));
  }
}

void BatchWriter::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(failure_);
}

void BatchWriter::append(Batch& batch) {
  run_.rejected = batch.run.rejected;
  run_.unknown = batch.run.unknown;
  batch.run = run_;
  batch.sort();
  const Tallies changed = store_.append(batch);
  for (size_t i = 0; i < kKindCount; ++i) tallies_[i] += changed[i];
  refused_ += refused_records(batch, changed);
  batch.clear();
  run_.confirmed = run_.batch_number++;
}

}  // namespace relayburn
