#pragma once
// Reads logs, one after the other, into batches. Each thread has one.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/ingest/batch_writer.h"
#include "core/ingest/ingest.h"
#include "core/ingest/reading_plan.h"
#include "core/sources/projects.h"

namespace relayburn {

// Tells how far all workers have come.
class ProgressMeter {
 public:
  ProgressMeter(const std::vector<Reading>& readings,
                const std::function<void(const IngestProgress&)>& report);
  void advance(int64_t bytes, int64_t files);

 private:
  std::mutex mutex_;
  IngestProgress progress_;
  const std::function<void(const IngestProgress&)>& report_;
};

class LogWorker : public RecordSink {
 public:
  // An issue, and the number of the reading that it is of.
  using NumberedIssue = std::pair<size_t, IngestIssue>;

  // Hands batches over of up to so many rows. All other arguments outlive it.
  LogWorker(const IngestOptions& options, Forgotten forgotten, size_t batch_rows,
            BatchWriter& writer, ProgressMeter& meter);

  // Throws where the store fails. A log that fails, for whatever reason, is counted and reported;
  // its cursor stays where the last checkpoint left it.
  void read(const Reading& reading, size_t number);

  // What is not handed over yet.
  Batch& rest() { return *batch_; }
  // Without tallies and issues.
  const IngestSummary& counts() const { return counts_; }
  const std::vector<NumberedIssue>& issues() const { return issues_; }

  // ---- RecordSink

  Batch& batch() override { return *batch_; }
  void sighted(std::string_view source, OptText session, OptText cwd) override;
  void issue(int64_t line, std::string_view problem) override;
  void unknown(int64_t line, std::string_view problem) override;
  void rejected(int64_t line, std::string_view problem) override;
  void line_read() override { ++counts_.lines_read; }
  bool is_full() const override;
  void checkpoint(const Cursor& cursor) override;

 private:
  void stamp_session(OptText session);
  LogReader& reader_of(const Source* source);
  void submit_batch();
  Cursor strip_project_names(Cursor cursor);

  const IngestOptions& options_;
  const size_t batch_rows_;
  BatchWriter& writer_;
  ProgressMeter& meter_;
  Projects projects_;
  const std::string tags_;  // as JSON; empty: none
  Forgotten forgotten_;     // with what this worker has learnt
  std::unique_ptr<Batch> batch_;
  IngestSummary counts_;
  std::vector<NumberedIssue> issues_;
  std::map<const Source*, std::unique_ptr<LogReader>> readers_;
  std::unordered_set<Key, KeyHash> sightings_;
  std::unordered_set<Key, KeyHash> stamped_;

  // Of the log at work:
  size_t number_ = 0;
  std::string path_;                 // as text
  int64_t offset_ = 0;               // how far its progress is told
  std::optional<Cursor> continued_;  // until its first checkpoint
  bool is_handing_over_ = false;
  bool has_sighting_ = false;
  int64_t refusals_before_ = 0;  // this log
  std::set<std::string, std::less<>> unknown_;
  std::optional<std::string> last_session_;
  std::optional<std::string> last_cwd_;
};

// Under what the ledger keeps the cursor of a log. Not its path: agents name folders after the
// directory that a session ran in. Of an anonymous project the hash is hidden too, or who guesses
// the path could try.
std::string ledger_log_id(Projects& projects, std::string_view host_id, const std::string& path);

}  // namespace relayburn
