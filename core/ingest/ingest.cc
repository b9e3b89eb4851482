#include "core/ingest/ingest.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>
#include <thread>

#include "core/base/random.h"
#include "core/base/threads.h"
#include "core/ingest/log_worker.h"
#include "core/records/keys.h"

namespace relayburn {
namespace {

// Below this one thread is as fast.
constexpr int64_t kBytesForTwo = int64_t{4} << 20;

size_t worker_count(const std::vector<Reading>& readings, size_t max_writers) {
  int64_t bytes = 0;
  for (const Reading& reading : readings) bytes += reading.bytes();
  if (bytes < kBytesForTwo) return 1;
  // As many as there are processors to read, or round trips to wait for; more would only wait for
  // the store.
  const size_t most = std::max<size_t>(max_writers, std::thread::hardware_concurrency());
  return std::min<size_t>({readings.size(), most, 4});
}

class IngestRun {
 public:
  IngestRun(const IngestOptions& options, IngestStore& store, IngestSummary& summary)
      : options_(options),
        store_(store),
        summary_(summary),
        projects_(options.project_lists, options.anonymous_names) {}

  void run() {
    // The store answers while the folders are looked through, or, where no thread can be had, then.
    std::future<std::vector<Cursor>> before = std::async([this] {
      return options_.is_full ? std::vector<Cursor>() : store_.cursors(options_.host_id);
    });
    Discovery discovery = options_.paths.empty()
                              ? discover_logs(options_.sources, options_.environment)
                              : discover_paths(options_.paths, options_.sources, all_sources());
    for (const Discovery::Failure& failure : discovery.failures) {
      ++summary_.files.failed;
      add_issue({failure.path, 0, failure.problem});
    }
    summary_.files.found += static_cast<int64_t>(discovery.logs.size());
    try {
      read_all(changed(discovery.logs, before.get()));
    } catch (...) {
      add_tallies();
      throw;
    }
    add_tallies();
  }

 private:
  std::vector<Reading> changed(const std::vector<FoundLog>& logs,
                               const std::vector<Cursor>& before) {
    std::vector<Reading> readings = plan_readings(logs, before, [&](const std::string& path) {
      return ledger_log_id(projects_, options_.host_id, path);
    });
    summary_.files.unchanged += static_cast<int64_t>(logs.size() - readings.size());
    return readings;
  }

  void read_all(const std::vector<Reading>& readings) {
    if (!readings.empty()) forgotten_ = store_.forgotten();
    ProgressMeter meter(readings, options_.progress);
    std::vector<std::unique_ptr<LogWorker>> workers(worker_count(readings, store_.max_writers()));
    writers_.resize(std::min(workers.size(), store_.max_writers()));
    for (auto& writer : writers_)
      writer = std::make_unique<BatchWriter>(store_, RunMark{random_id(), options_.host_id, 1});
    const size_t batch_rows = std::max<size_t>(1, options_.batch_rows / writers_.size());
    for (size_t i = 0; i < workers.size(); ++i)
      workers[i] =
          std::make_unique<LogWorker>(options_, forgotten_, batch_rows, writer_of(i), meter);
    std::exception_ptr failure = read_by(workers, readings);
    for (const auto& worker : workers) add_counts(worker->counts());
    add_issues(workers);
    for (auto& writer : writers_) {
      try {
        writer->finish();
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    append_rest(workers);
  }

  // What is read of one log goes through one writer, in order.
  BatchWriter& writer_of(size_t worker) { return *writers_[worker % writers_.size()]; }

  bool has_appended() const {
    return std::any_of(writers_.begin(), writers_.end(),
                       [](const auto& writer) { return writer->has_appended(); });
  }

  // The longest first, so that no worker is left alone with one at the end.
  static std::vector<size_t> order_of(const std::vector<Reading>& readings) {
    std::vector<size_t> order(readings.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return readings[a].bytes() > readings[b].bytes(); });
    return order;
  }

  // Each worker takes the next reading until there is none, or one has failed.
  static std::exception_ptr read_by(const std::vector<std::unique_ptr<LogWorker>>& workers,
                                    const std::vector<Reading>& readings) {
    const std::vector<size_t> order = order_of(readings);
    std::atomic<size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    run_on_threads(workers.size(), [&](size_t index) {
      LogWorker& worker = *workers[index];
      try {
        for (size_t i = next++; i < order.size(); i = next++)
          worker.read(readings[order[i]], order[i]);
      } catch (...) {
        next = readings.size();
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
    });
    return failure;
  }

  void append_rest(const std::vector<std::unique_ptr<LogWorker>>& workers) {
    for (size_t i = 1; i < workers.size(); ++i)
      if (!workers[i]->rest().empty()) writer_of(i).append(workers[i]->rest());
    Batch& last = workers[0]->rest();
    if (!last.empty() || has_appended() || options_.reports_host) add_host(last);
    if (!last.empty()) writer_of(0).append(last);
  }

  void add_host(Batch& batch) {
    const Instant time = now();
    Host host;
    host.id = key_of({options_.host_id});
    host.revision = options_.host_revision != 0 ? options_.host_revision : time.us;
    host.host_id = options_.host_id;
    host.label = options_.host_label;
    host.version = RELAYBURN_VERSION;
    host.last_ingest = time;
    host.last_result = summary_.files.failed > 0 ? "part" : "ok";
    batch.add(host);
    summary_.has_reported_host = true;
  }

  void add_counts(const IngestSummary& counts) {
    summary_.files.read += counts.files.read;
    summary_.files.failed += counts.files.failed;
    summary_.bytes_read += counts.bytes_read;
    summary_.lines_read += counts.lines_read;
    summary_.lines_rejected += counts.lines_rejected;
    summary_.issues_omitted += counts.issues_omitted;
  }

  // In the order of the logs, whoever read them.
  void add_issues(const std::vector<std::unique_ptr<LogWorker>>& workers) {
    std::vector<LogWorker::NumberedIssue> issues;
    for (const auto& worker : workers)
      issues.insert(issues.end(), worker->issues().begin(), worker->issues().end());
    std::stable_sort(issues.begin(), issues.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& issue : issues) add_issue(std::move(issue.second));
  }

  void add_tallies() {
    for (const auto& writer : writers_) {
      for (size_t i = 0; i < kKindCount; ++i) summary_.tallies[i] += writer->tallies()[i];
      summary_.records_refused += writer->refused();
    }
  }

  void add_issue(IngestIssue issue) {
    if (summary_.issues.size() < kMaxIssues) {
      summary_.issues.push_back(std::move(issue));
    } else {
      ++summary_.issues_omitted;
    }
  }

  const IngestOptions& options_;
  IngestStore& store_;
  IngestSummary& summary_;
  Projects projects_;
  Forgotten forgotten_;  // as the run began
  std::vector<std::unique_ptr<BatchWriter>> writers_;
};

}  // namespace

void ingest(const IngestOptions& options, IngestStore& store, IngestSummary& summary) {
  IngestRun(options, store, summary).run();
}

}  // namespace relayburn
