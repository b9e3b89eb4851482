#pragma once
// One ingest a host and ledger at a time. A run that finds another at work leaves a mark, so that
// the running one looks once more before it ends: nothing that a log held by then is missed.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "core/ingest/lock_holder.h"

namespace relayburn {

// Each has locks and marks of its own. Runs that forget or copy end with a sweep of what is
// forgotten.
enum class RunKind { Ingest, Sweep };

class RunLock {
 public:
  // `ledger` tells ledgers apart; the files lie in `home`/locks. Where that may not be written they
  // lie in a folder of ours in /tmp, and where that cannot be either, there is no lock: two runs at
  // once read the same logs twice, and nothing worse.
  RunLock(const std::string& home, const std::string& ledger, RunKind sort = RunKind::Ingest);

  // Waits up to timeout_ms; true when it is ours.
  bool acquire(int timeout_ms);
  void release();
  // Returns who holds it, as far as that is known.
  std::optional<LockHolder> holder() const;

  // Asks whoever holds the lock to look once more.
  void request_rescan() const;
  // True once for marks that were left since the last call.
  bool consume_rescan_request() const;

  // With the lock held: the run before began to write and did not come to its end; this one begins
  // to write; it has come to its end. Without it begin() and end() do nothing.
  //
  // A run voids what is forgotten before it writes it, so what it leaves unswept can only be of
  // what was forgotten after it began. Its mark keeps `forgotten`, the Forgotten::digest() of then.
  // It keeps nothing where marks of several runs would differ; the next sweep then looks at
  // everything.
  bool was_interrupted() const;
  bool has_begun_with(std::string_view forgotten) const;
  void begin(std::string_view forgotten) const;
  void end() const;

  // When this host last told the ledger of itself.
  bool is_report_due() const;
  // The revision of what it tells next: the time, or more than that of the last report. A host
  // whose clock was ahead would otherwise be silent until then.
  int64_t next_report() const;
  void reported(int64_t revision) const;
  // When it last pruned what is too old to be kept: once a day will do.
  bool is_prune_due() const;
  void pruned() const;

 private:
  std::string lock_path_;  // empty: there is no lock
  std::string mark_path_;
  std::string report_path_;
  std::string prune_path_;
  std::string running_path_;
  std::string holder_path_;
  std::optional<FileLock> held_;
};

// Returns the ingest that has been at work on the ledger for more than an hour, if there is one.
// Writes nothing.
std::optional<LockHolder> long_ingest(const std::string& home, const std::string& ledger);

}  // namespace relayburn
