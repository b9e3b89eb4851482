#include "core/ingest/ingest.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/utf8.h"
#include "core/ingest/reading_plan.h"
#include "core/records/keys.h"
#include "core/records/merge.h"

namespace relayburn {
namespace {

constexpr size_t kCursorsOfABatch = 1000;

class IngestRun : public RecordSink {
 public:
  IngestRun(const IngestOptions& options, IngestStore& store, IngestSummary& summary)
      : options_(options),
        store_(store),
        summary_(summary),
        projects_(options.project_lists, options.anonymous_names),
        tags_(options.tags.empty() ? "" : enrichment_json(options.tags)),
        forgotten_(store.forgotten()) {
    batch_.run = {random_id(), options.host_id, 1};
    batch_.forgotten = &forgotten_;
  }

  void run() {
    Discovery discovery = options_.paths.empty()
                              ? discover_logs(options_.sources, options_.environment)
                              : discover_paths(options_.paths, options_.sources, all_sources());
    for (const Discovery::Failure& failure : discovery.failures) {
      ++summary_.files.failed;
      add_issue({failure.path, 0, failure.problem});
    }
    const size_t forgotten_before = forgotten_.size();
    summary_.files.found += static_cast<int64_t>(discovery.logs.size());
    read_all(changed(discovery.logs));
    if (!batch_.empty() || has_written_ || options_.reports_host) add_host();
    if (!batch_.empty()) flush();
    // Somebody forgot something meanwhile, or a line told that its session belongs to what is
    // forgotten.
    if (has_written_ && store_.forgotten().size() != forgotten_before) store_.sweep_forgotten();
  }

  // ---- RecordSink

  Batch& batch() override { return batch_; }

  void sighted(std::string_view source, OptText session, OptText cwd) override {
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
    batch_.add(sighting);
    stamp_session(session);
  }

  void issue(int64_t line, std::string_view problem) override {
    add_issue({path_, line, std::string(problem)});
  }

  void rejected(int64_t line, std::string_view problem) override {
    ++summary_.lines_rejected;
    ++batch_.run.rejected;
    issue(line, problem);
  }

  void line_read() override { ++summary_.lines_read; }

  bool is_full() const override {
    return batch_.is_full() || batch_.row_count() >= options_.batch_rows ||
           batch_.cursors.size() >= kCursorsOfABatch;
  }

  void checkpoint(const Cursor& cursor) override {
    batch_.cursors.push_back(projects_.is_anonymous() ? without_names(cursor) : cursor);
    if (continued_) batch_.continued.push_back(*std::exchange(continued_, std::nullopt));
    progress_.bytes_done = bytes_before_ + std::max<int64_t>(0, cursor.offset - begin_);
    if (is_full()) flush();
  }

 private:
  // Without a time: so it comes before what people stamp, and a later run makes the same stamp.
  void stamp_session(OptText session) {
    if (tags_.empty() || !session) return;
    Stamp stamp;
    stamp.revision = make_revision(kStampVersion);
    stamp.session_id = session;
    stamp.enrichment = tags_;
    if (stamped_.insert(stamp_key(stamp)).second) add_stamp(batch_, stamp);
  }

  std::vector<Reading> changed(const std::vector<FoundLog>& logs) {
    std::vector<Cursor> before;
    if (!options_.is_full) before = store_.cursors(options_.host_id);
    std::vector<Reading> readings = plan_readings(
        logs, std::move(before), [this](const std::string& path) { return path_in_ledger(path); });
    summary_.files.unchanged += static_cast<int64_t>(logs.size() - readings.size());
    return readings;
  }

  void read_all(const std::vector<Reading>& readings) {
    progress_.files_total = static_cast<int64_t>(readings.size());
    for (const Reading& reading : readings) progress_.bytes_total += reading.bytes();
    for (const Reading& reading : readings) {
      read(reading);
      bytes_before_ += reading.bytes();
      progress_.bytes_done = bytes_before_;
      ++progress_.files_done;
      report_progress();
    }
  }

  void read(const Reading& reading) {
    path_ = storable(reading.from.path);
    begin_ = reading.from.offset;
    continued_ = reading.continued;
    has_sighting_ = false;
    std::unique_ptr<LogReader>& reader = readers_[reading.source];
    if (!reader)
      reader = reading.source->reader({options_.keeps_content, &projects_, options_.open_rows});
    try {
      summary_.bytes_read += reader->read(reading.from, *this);
      ++summary_.files.read;
    } catch (const Error& error) {
      if (is_appending_) throw;  // of the store, not of the log
      ++summary_.files.failed;
      add_issue({path_, 0, error.what()});
    }
  }

  void flush() {
    is_appending_ = true;
    batch_.sort();
    const Tallies tallies = store_.append(batch_);
    for (size_t i = 0; i < kKindCount; ++i) summary_.tallies[i] += tallies[i];
    batch_.clear();
    has_written_ = true;
    is_appending_ = false;
    report_progress();
  }

  void add_host() {
    const Instant time = now();
    Host host;
    host.id = key_of({options_.host_id});
    host.revision = time.us;
    host.host_id = options_.host_id;
    host.label = options_.host_label;
    host.version = RELAYBURN_VERSION;
    host.last_ingest = time;
    host.last_result = summary_.files.failed > 0 ? "part" : "ok";
    batch_.add(host);
  }

  // Agents name folders of logs after the directories they are of.
  std::string path_in_ledger(const std::string& path) {
    return std::string(*projects_.shown(OptText(path)));
  }

  // What reading needs to go on names the project too, but of sources that keep only marks: such a
  // log is read from its start when it has grown.
  Cursor without_names(Cursor cursor) {
    cursor.path = path_in_ledger(cursor.path);
    if (cursor.state.empty() || find_source(cursor.source)->keeps_state()) return cursor;
    cursor.state.clear();
    cursor.offset = 0;
    cursor.lines = 0;
    return cursor;
  }

  void add_issue(IngestIssue issue) {
    if (summary_.issues.size() < kMostIssues) {
      summary_.issues.push_back(std::move(issue));
    } else {
      ++summary_.issues_omitted;
    }
  }

  void report_progress() {
    if (options_.progress) options_.progress(progress_);
  }

  const IngestOptions& options_;
  IngestStore& store_;
  IngestSummary& summary_;
  Projects projects_;
  const std::string tags_;  // as JSON; empty: none
  Forgotten forgotten_;
  Batch batch_;
  IngestProgress progress_;
  int64_t bytes_before_ = 0;         // of the readings before the one at work
  int64_t begin_ = 0;                // where that one began
  std::optional<Cursor> continued_;  // what that one goes on from, until its first checkpoint
  bool has_written_ = false;
  bool is_appending_ = false;
  std::string path_;  // of the log at work, as text
  std::map<const Source*, std::unique_ptr<LogReader>> readers_;
  std::unordered_set<Key, KeyHash> sightings_;
  std::unordered_set<Key, KeyHash> stamped_;
  bool has_sighting_ = false;
  std::optional<std::string> last_session_;
  std::optional<std::string> last_cwd_;
};

}  // namespace

void ingest(const IngestOptions& options, IngestStore& store, IngestSummary& summary) {
  IngestRun(options, store, summary).run();
}

}  // namespace relayburn
