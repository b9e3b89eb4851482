#include "core/ingest/log_worker.h"

#include <utility>

#include "core/base/failure_text.h"
#include "core/base/utf8.h"
#include "core/records/keys.h"
#include "core/records/merge.h"

namespace relayburn {
namespace {

constexpr size_t kCursorsOfABatch = 1000;
constexpr size_t kMaxUnknownOfALog = 100;

}  // namespace

std::string ledger_log_id(Projects& projects, std::string_view host_id, const std::string& path) {
  const std::string name = to_hex(key_of({host_id, path}));
  return std::string(*projects.shown(OptText(name)));
}

ProgressMeter::ProgressMeter(const std::vector<Reading>& readings,
                             const std::function<void(const IngestProgress&)>& report)
    : report_(report) {
  progress_.files_total = static_cast<int64_t>(readings.size());
  for (const Reading& reading : readings) progress_.bytes_total += reading.bytes();
}

void ProgressMeter::advance(int64_t bytes, int64_t files) {
  if (!report_) return;
  const std::lock_guard lock(mutex_);
  progress_.bytes_done += bytes;
  progress_.files_done += files;
  report_(progress_);
}

LogWorker::LogWorker(const IngestOptions& options, Forgotten forgotten, size_t batch_rows,
                     BatchWriter& writer, ProgressMeter& meter)
    : options_(options),
      batch_rows_(batch_rows),
      writer_(writer),
      meter_(meter),
      projects_(options.project_lists, options.anonymous_names),
      tags_(options.tags.empty() ? "" : enrichment_json(options.tags)),
      forgotten_(std::move(forgotten)),
      batch_(std::make_unique<Batch>()) {
  batch_->forgotten = &forgotten_;
}

LogReader& LogWorker::reader_of(const Source* source) {
  std::unique_ptr<LogReader>& reader = readers_[source];
  if (!reader) reader = source->reader({options_.keeps_content, &projects_, options_.open_rows});
  return *reader;
}

void LogWorker::read(const Reading& reading, size_t number) {
  number_ = number;
  path_ = storable(reading.from.path);
  offset_ = reading.from.offset;
  continued_ = reading.continued;
  has_sighting_ = false;
  unknown_.clear();
  refusals_before_ = projects_.refusals();
  try {
    counts_.bytes_read += reader_of(reading.source).read(reading.from, *this);
    ++counts_.files.read;
  } catch (const std::exception& failure) {
    if (is_handing_over_) throw;  // of the store, not of the log
    ++counts_.files.failed;
    issue(0, failure_text(failure));
    readers_.erase(reading.source);  // it stopped anywhere, and may hold much memory
  }
  meter_.advance(reading.from.size - offset_, 1);
}

void LogWorker::sighted(std::string_view source, OptText session, OptText cwd) {
  if (has_sighting_ && last_session_ == session && last_cwd_ == cwd) return;
  has_sighting_ = true;
  last_session_ = session;
  last_cwd_ = cwd;
  Sighting sighting;
  sighting.source = source;
  sighting.session_id = session;
  sighting.host_id = options_.host_id;
  sighting.cwd = projects_.shown(cwd);
  const std::optional<std::string>& remote = projects_.remote_of(cwd);
  if (remote) sighting.remote = projects_.shown(OptText(*remote));
  sighting.id = sighting_key(sighting);
  if (!sightings_.insert(sighting.id).second) return;
  batch_->add(sighting);
  stamp_session(session);
}

// Without a time: so it comes before what people stamp, and a later run makes the same stamp.
void LogWorker::stamp_session(OptText session) {
  if (tags_.empty() || !session) return;
  Stamp stamp;
  stamp.revision = make_revision(kStampVersion);
  stamp.session_id = session;
  stamp.enrichment = tags_;
  if (stamped_.insert(stamp_key(stamp)).second) add_stamp(*batch_, stamp);
}

void LogWorker::issue(int64_t line, std::string_view problem) {
  if (issues_.size() < kMaxIssues) {
    issues_.push_back({number_, {path_, line, std::string(problem)}});
  } else {
    ++counts_.issues_omitted;
  }
}

void LogWorker::unknown(int64_t line, std::string_view problem) {
  if (unknown_.size() >= kMaxUnknownOfALog || !unknown_.insert(std::string(problem)).second) return;
  ++batch_->run.unknown;
  issue(line, problem);
}

void LogWorker::rejected(int64_t line, std::string_view problem) {
  ++counts_.lines_rejected;
  ++batch_->run.rejected;
  issue(line, problem);
}

bool LogWorker::is_full() const {
  return batch_->is_full(batch_rows_) || batch_->cursors.size() >= kCursorsOfABatch;
}

void LogWorker::checkpoint(const Cursor& cursor) {
  if (continued_) batch_->continued.push_back(*continued_);
  continued_.reset();
  batch_->cursors.push_back(strip_project_names(cursor));
  if (!is_full()) return;
  submit_batch();
  meter_.advance(std::max<int64_t>(0, cursor.offset - offset_), 0);
  offset_ = std::max(offset_, cursor.offset);
}

void LogWorker::submit_batch() {
  is_handing_over_ = true;
  batch_ = writer_.exchange(std::move(batch_));
  batch_->forgotten = &forgotten_;
  is_handing_over_ = false;
}

// What reading needs to go on names the project too, but of sources that keep only marks: where
// that one is not to be known, the log is read from its start when it has grown.
Cursor LogWorker::strip_project_names(Cursor cursor) {
  cursor.path = ledger_log_id(projects_, options_.host_id, cursor.path);
  const bool may_name = !projects_.is_anonymous() && projects_.refusals() == refusals_before_;
  if (may_name || cursor.state.empty() || find_source(cursor.source)->keeps_state()) return cursor;
  cursor.state.clear();
  cursor.offset = 0;
  cursor.lines = 0;
  return cursor;
}

}  // namespace relayburn
