#include "apps/relayburn/ingest_job.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "apps/relayburn/output.h"
#include "apps/relayburn/price_update.h"
#include "apps/relayburn/progress_bar.h"
#include "apps/relayburn/session_tags.h"
#include "apps/relayburn/source_environment.h"
#include "core/base/error.h"
#include "core/base/failure_text.h"
#include "core/base/utf8.h"
#include "core/ingest/dry_run.h"
#include "core/ingest/host_identity.h"
#include "core/ingest/last_error.h"
#include "core/ingest/run_lock.h"
#include "core/ledger/ledger.h"
#include "core/report/time/zone.h"

namespace relayburn {
namespace {

constexpr int kWaitForOtherMs = 2000;
constexpr int kWaitWithPathMs = 60000;
constexpr int kWaitOfHookMs = 3000;

// Most runs find nothing new: they ask the store one question, and write no file.
class LedgerStore : public IngestStore {
 public:
  // Sets `begun_with` to the digest of what is forgotten, before anything is written.
  LedgerStore(Ledger& ledger, const RunLock& lock, std::optional<std::string>& begun_with)
      : ledger_(ledger), lock_(lock), begun_with_(begun_with) {}
  std::vector<Cursor> cursors(std::string_view host_id) override {
    try {
      std::vector<Cursor> cursors = ledger_.cursors(host_id);
      is_current_ = !cursors.empty();
      return cursors;
    } catch (const Error& error) {
      if (error.kind != ErrorKind::SchemaTooOld) throw;
    }
    prepare();
    return ledger_.cursors(host_id);
  }
  Tallies append(const Batch& batch) override {
    prepare();
    return ledger_.append(batch);
  }
  size_t max_writers() const override { return ledger_.max_writers(); }
  Forgotten forgotten() override {
    prepare();
    Forgotten forgotten = ledger_.forgotten();
    if (!begun_with_) begun_with_ = forgotten.digest();
    lock_.begin(*begun_with_);
    return forgotten;
  }

  // Before anything is written; by any thread.
  void prepare() {
    std::call_once(is_prepared_, [this] {
      if (!is_current_) ledger_.prepare_to_write();
    });
  }

 private:
  Ledger& ledger_;
  const RunLock& lock_;
  std::optional<std::string>& begun_with_;
  bool is_current_ = false;  // a store that gives cursors has the newest schema
  std::once_flag is_prepared_;
};

std::vector<const Source*> chosen_sources(const std::vector<std::string>& names) {
  if (names.empty()) return all_sources();
  std::vector<const Source*> chosen;
  for (const Source* source : all_sources())
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return find_source(name) == source; }))
      chosen.push_back(source);
  return chosen;
}

std::string host_label(const Settings& settings) {
  return storable(settings.host_label().value_or(default_host_label()));
}

// Loads the plugin when the first database is met, and looks for it once.
OpenRows rows_opener(const Settings& settings) {
  const auto library = std::make_shared<std::optional<RowsLibrary>>();
  const auto loading = std::make_shared<std::mutex>();
  return [library, loading, search = plugin_search(settings)](const std::string& path) {
    const std::lock_guard lock(*loading);
    if (!*library) *library = RowsLibrary::load("sqlite", search);
    return (*library)->open(path);
  };
}

IngestOptions ingest_options(const IngestCommand& command, const CommandContext& session) {
  IngestOptions options;
  options.sources = chosen_sources(command.sources);
  options.paths = command.paths;
  options.environment = source_environment(session.settings);
  options.is_full = command.is_full;
  options.keeps_content = session.settings.keeps_content();
  options.open_rows = rows_opener(session.settings);
  options.tags = session_tags(session.settings);
  options.project_lists = {session.settings.project_allow(), session.settings.project_deny()};
  options.anonymous_names = anonymous_names(
      session.settings, command.is_dry_run ? MissingKey::Pretend : MissingKey::Make);
  const auto identify = command.is_dry_run ? host_id_as_kept : host_id;
  options.host_id = identify(session.settings.home(), system_machine_id());
  options.host_label = host_label(session.settings);
  return options;
}

bool shows_progress(const IngestCommand& command, const CommandContext& session) {
  const std::string when = session.settings.progress();
  return when == "always" || (when == "auto" && takes_colour(STDERR_FILENO) &&
                              !command.prints_json && !session.settings.is_quiet());
}

class IngestJob {
 public:
  IngestJob(const IngestCommand& command, const CommandContext& session, const Interrupt& interrupt)
      : command_(command),
        session_(session),
        ledger_(Ledger::open(session.settings, session.log)),
        options_(ingest_options(command, session)),
        bar_(shows_progress(command, session)) {
    options_.progress = [this, &interrupt](const IngestProgress& progress) {
      bar_.update(progress);
      if (interrupt) interrupt();
    };
    result_.storage = ledger_.storage();
    result_.host_id = options_.host_id;
    result_.host_label = options_.host_label;
    result_.is_dry_run = command.is_dry_run;
  }

  IngestResult run() {
    const auto start = std::chrono::steady_clock::now();
    if (command_.is_dry_run) {
      run_dry();
    } else {
      run_alone();
    }
    bar_.clear();
    if (!command_.is_dry_run && command_.hook.empty() && !result_.is_skipped)
      update_prices_if_due(ledger_, session_);
    result_.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - start)
                             .count();
    return std::move(result_);
  }

 private:
  void run_dry() {
    std::vector<Cursor> cursors = ledger_.cursors(options_.host_id);
    DryRunStore store(std::move(cursors), ledger_.snapshot());
    ingest(options_, store, result_.summary);
  }

  void run_alone() {
    RunLock lock(session_.settings.home(), ledger_.identity());
    RunLock sweeps(session_.settings.home(), ledger_.identity(), RunKind::Sweep);
    if (!acquire(lock)) return;
    do {
      const bool was_interrupted = lock.was_interrupted();
      if (was_interrupted || sweeps.was_interrupted()) ledger_.prepare_to_write();
      do {
        run_once(lock);
        reset_to_default_scope();
      } while (lock.consume_rescan_request());
      if (was_interrupted || has_new_turns()) ledger_.refresh_summaries();
      sweep_if_due(lock, sweeps);
      lock.release();
    } while (reacquire_for_late_request(lock));
  }

  // Sweeps where this run, or one that was killed before its end, may have left something unswept.
  // A hook leaves that to the next run that is none, because an agent waits for it.
  void sweep_if_due(const RunLock& lock, RunLock& sweeps) {
    const bool is_hook = !command_.hook.empty();
    const bool takes_over = !is_hook && sweeps.was_interrupted() && sweeps.acquire(0);
    if (!takes_over && !begun_with_ && !lock.was_interrupted()) return;
    const std::string forgotten = ledger_.forgotten().digest();
    const auto is_unswept = [&](const RunLock& run) {
      return run.was_interrupted() && !run.has_begun_with(forgotten);
    };
    if ((begun_with_ && *begun_with_ != forgotten) || is_unswept(lock) ||
        (takes_over && is_unswept(sweeps))) {
      if (is_hook) return;
      ledger_.sweep_forgotten();
    }
    begun_with_.reset();
    sweeps.end();
    sweeps.release();
    lock.end();
  }

  bool has_new_turns() const {
    const Tally& turns = result_.summary.tallies[index_of(Kind::Turn)];
    return turns.inserted + turns.updated > 0;
  }

  // A mark asks for the usual places, whatever this run was asked to read.
  void reset_to_default_scope() {
    options_.paths.clear();
    options_.sources = all_sources();
    options_.is_full = false;
  }

  // A mark that was left between the last look and the release is ours to heed, too, or that of
  // whoever works by then.
  static bool reacquire_for_late_request(RunLock& lock) {
    if (!lock.consume_rescan_request()) return false;
    if (lock.acquire(0)) return true;
    lock.request_rescan();
    return lock.acquire(0);
  }

  bool acquire(RunLock& lock) {
    const bool insists = !command_.paths.empty() && command_.hook.empty();
    const int wait_ms = command_.hook.empty() ? kWaitForOtherMs : kWaitOfHookMs;
    if (lock.acquire(insists ? kWaitWithPathMs : wait_ms)) return true;
    if (insists)
      throw Error(ErrorKind::Conflict,
                  "another ingest into this ledger is at work" + shown(lock.holder()),
                  "nothing is lost: run again when it has ended");
    lock.request_rescan();
    if (lock.acquire(0)) return true;  // it ended meanwhile, perhaps before it saw the mark
    result_.is_skipped = true;
    result_.holder = lock.holder();
    if (result_.holder && result_.holder->is_long_at_work())
      throw Error(ErrorKind::Conflict,
                  "another ingest has been at work for more than an hour" + shown(result_.holder),
                  "end it if it hangs; the next run continues where it was");
    return false;
  }

  static std::string shown(const std::optional<LockHolder>& holder) {
    return holder ? " (" + holder->text() + ")" : std::string();
  }

  void run_once(RunLock& lock) {
    LedgerStore store(ledger_, lock, begun_with_);
    options_.reports_host = lock.is_report_due();
    options_.host_revision = lock.next_report();
    // Of several passes the last one says how many files there are; what was read and changed adds
    // up.
    IngestSummary& summary = result_.summary;
    summary.files.found = 0;
    summary.files.unchanged = 0;
    summary.files.failed = 0;
    ingest(options_, store, summary);
    if (std::exchange(summary.has_reported_host, false)) lock.reported(options_.host_revision);
    if (!session_.settings.content_ttl() || !lock.is_prune_due()) return;
    store.prepare();
    prune(lock);
  }

  void prune(const RunLock& lock) {
    ContentPrune prune;
    prune.cutoff = parse_time_bound(*session_.settings.content_ttl(), Zone::named("UTC"),
                                    ledger_.present(), "content_ttl");
    try {
      const int64_t removed = ledger_.prune_content(prune);
      session_.log.write(LogLevel::Info,
                         "content_ttl: " + std::to_string(removed) + " pieces of content deleted");
      lock.pruned();
    } catch (const Error& error) {
      // In a team's database that is its owner's business; what was ingested is safe.
      if (error.kind != ErrorKind::Unauthorized) throw;
      session_.log.write(LogLevel::Warning,
                         std::string("content_ttl: not pruned: ") + error.what());
    }
  }

  const IngestCommand& command_;
  const CommandContext& session_;
  Ledger ledger_;
  IngestOptions options_;
  ProgressBar bar_;
  IngestResult result_;
  std::optional<std::string> begun_with_;  // Forgotten::digest()
};

}  // namespace

std::optional<AnonymousNames> anonymous_names(const Settings& settings, MissingKey missing) {
  if (!settings.anonymizes_projects()) return std::nullopt;
  if (settings.keeps_content())
    throw Error(
        ErrorKind::Usage,
        "anonymize_projects and content_store = full contradict each other: what is said in "
        "a session names its project",
        "set content_store to off");
  return AnonymousNames(anonymize_key(settings.anonymize_key(), settings.home(), missing));
}

IngestResult run_ingest(const IngestCommand& command, const CommandContext& session,
                        const Interrupt& interrupt) {
  const std::string home = session.settings.home();
  try {
    IngestResult result = IngestJob(command, session, interrupt).run();
    if (!command.is_dry_run) forget_error(home);
    return result;
  } catch (const std::exception& failure) {
    if (!command.is_dry_run) note_error(home, failure_text(failure));
    throw;
  }
}

Discovery find_logs(const IngestCommand& command, const CommandContext& session) {
  const std::vector<const Source*> sources = chosen_sources(command.sources);
  return command.paths.empty() ? discover_logs(sources, source_environment(session.settings))
                               : discover_paths(command.paths, sources, all_sources());
}

void report_issues(const IngestSummary& summary, const CommandContext& session) {
  const std::string text = render_issues(summary);
  if (session.settings.log_format() == "text") return print_error(text);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    session.log.write(LogLevel::Warning, std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace relayburn
