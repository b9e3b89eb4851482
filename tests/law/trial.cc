#include "tests/law/trial.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/ingest/ingest.h"
#include "core/ledger/check_ledger.h"
#include "core/ledger/copy_ledger.h"
#include "core/ledger/export.h"
#include "core/plugin/plugin_library.h"
#include "core/records/keys.h"
#include "core/report/build/report.h"
#include "core/report/render/render.h"
#include "tests/contract/child.h"
#include "tests/contract/test_store.h"
#include "tests/law/old_source.h"
#include "tests/law/opencode_disk.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

// Of a host that was killed the server may still be writing when it runs again: then the run is
// refused, and may be made once more.
constexpr int kMaxRefusals = 20;

class Silence : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

PluginSearch plugin_search() {
  PluginSearch search;
  search.flag_dir = plugin_folder();
  return search;
}

std::unique_ptr<RowsFile> open_rows(const std::string& path) {
  static const RowsLibrary library = RowsLibrary::load("sqlite", plugin_search());
  return library.open(path);
}

// A ledger of the file backend: the plain one, and the one at the side.
class FileStore {
 public:
  explicit FileStore(const std::string& folder) {
    context_.location = folder;
    context_.log = &silence_;
  }
  std::unique_ptr<StorageAdapter> open_migrated() const {
    static const PluginLibrary library = PluginLibrary::load("file", plugin_search());
    std::unique_ptr<StorageAdapter> adapter = library.open(context_);
    adapter->migrate();
    return adapter;
  }

 private:
  Silence silence_;
  OpenContext context_;
};

// Does to a run what its step says.
class FaultyStore : public IngestStore {
 public:
  FaultyStore(StorageAdapter& ledger, const Step& step) : ledger_(ledger), step_(step) {}

  std::vector<Cursor> cursors(std::string_view host_id) override {
    return ledger_.cursors(host_id);
  }

  Tallies append(const Batch& batch) override {
    const bool is_now = ++appends_ == step_.at;
    if (is_now && step_.fault == Step::Fault::DiesBefore) kill(getpid(), SIGKILL);
    const Tallies tallies = ledger_.append(batch);
    if (is_now && step_.fault == Step::Fault::DiesAfter) kill(getpid(), SIGKILL);
    if (is_now && step_.fault == Step::Fault::RepeatsAppend && ledger_.append(batch) != tallies)
      throw std::runtime_error("a batch that is sent again has other counts");
    return tallies;
  }

 private:
  StorageAdapter& ledger_;
  const Step& step_;
  size_t appends_ = 0;
};

std::vector<const Source*> sources_of(bool is_old_version) {
  static const std::vector<std::unique_ptr<Source>> old = [] {
    std::vector<std::unique_ptr<Source>> made;
    for (const Source* source : all_sources()) made.push_back(old_version_of(*source));
    return made;
  }();
  if (!is_old_version) return all_sources();
  std::vector<const Source*> sources;
  for (const auto& source : old) sources.push_back(source.get());
  return sources;
}

IngestSummary ingest(const std::string& home, const Step& step, StorageAdapter& ledger) {
  IngestOptions options;
  options.sources = sources_of(step.is_old_version);
  options.environment = {[](const std::string&) { return std::nullopt; }, home};
  options.is_full = step.is_full;
  options.open_rows = open_rows;
  if (step.batch_rows > 0) options.batch_rows = step.batch_rows;
  options.host_id = "host-" + std::to_string(step.host);
  options.host_label = options.host_id;
  FaultyStore store(ledger, step);
  IngestSummary summary;
  ingest(options, store, summary);
  return summary;
}

struct Facts {
  std::string digest;
  std::string report;
};

Facts facts_of(StorageAdapter& ledger) {
  static const PriceTable prices = PriceTable::embedded();
  static const Zone zone = Zone::named("Europe/Berlin");
  ReportQuery query;
  for (const char* name : {"model", "source", "day", "session", "project", "branch", "agent"})
    query.tables.push_back({parse_dimension(name)});
  const auto snapshot = ledger.snapshot();
  return {export_digest(*snapshot, false),
          render_json(build_report(query, *snapshot, prices, zone))};
}

std::string wrong_counts(StorageAdapter& ledger) {
  const auto snapshot = ledger.snapshot();
  Tallies sums{};
  for (const RunCounts& run : snapshot->runs())
    for (const Kind kind : kAllKinds) sums[index_of(kind)] += run.tallies[index_of(kind)];
  for (const Kind kind : kAllKinds)
    if (sums[index_of(kind)].inserted != snapshot->count(kind))
      return "the runs inserted " + std::to_string(sums[index_of(kind)].inserted) + " of " +
             std::string(describe(kind).name) + ", there are " +
             std::to_string(snapshot->count(kind));
  return {};
}

std::string path_of(const LawLog& log, const std::string& home, const std::string& name) {
  const std::string opencode = home + "/.local/share/opencode/";
  if (log.is_database) return opencode + "opencode-" + name + ".db";
  // So that a home has many trees: below the folder where there is one.
  if (log.agent == "opencode") return opencode + "storage/message/" + name;
  const char* folder = log.agent == "claude" ? "/.claude/projects/p/" : "/.codex/sessions/";
  return home + folder + "rollout-" + name + ".jsonl";
}

// With what a database has beside it.
void remove_opencode(const std::string& path) {
  for (const char* beside : {"", "-wal", "-shm", "-journal"}) fs::remove_all(path + beside);
}

// What a host learns of prices when a log is delivered to it. There are few keys, so that hosts
// learn different things of one.
void add_price(Batch& batch, const Step& step) {
  const std::string model = "model-" + std::to_string(step.log % 2);
  const std::string rates = R"({"input":)" + std::to_string(step.bytes % 7) + R"(,"output":1})";
  Price price;
  price.revision = static_cast<int64_t>(20'000 + step.place % 2);
  price.provider = "openai";
  price.model = model;
  if (step.host % 2 == 0) price.from_date = "2026-09-01";
  price.rates = rates;
  price.origin = step.is_new_file ? "litellm" : "models.dev";
  price.id = price_key(price.provider, price.model, price.from_date);
  batch.add(price);
}

class Trial {
 public:
  Trial(const Schedule& schedule, const LogPool& pool)
      : schedule_(schedule), side_(store_.folder() + "/side"), plain_(store_.folder() + "/plain") {
    for (const std::string& name : schedule.logs) logs_.push_back(pool.log(name));
    for (const Step& step : schedule.steps)
      if (step.is_delivery && step.log >= logs_.size())
        throw std::runtime_error("the schedule delivers a log that it does not name");
  }

  std::string run() {
    try {
      store_.create();
      for (size_t i = 0; i < schedule_.steps.size(); ++i) i = run_step(i);
      if (!problem_.empty()) return problem_;
      deliver_the_rest();
      return compare();
    } catch (const std::exception& error) {
      return std::string("fails: ") + error.what();
    }
  }

 private:
  std::string home(size_t host) const { return store_.folder() + "/host-" + std::to_string(host); }
  bool is_at_side(size_t host) const { return schedule_.side_hosts.contains(host); }

  std::unique_ptr<StorageAdapter> open(size_t host) const {
    return is_at_side(host) ? side_.open_migrated() : store_.open_migrated();
  }

  // Gives the last step that it ran.
  size_t run_step(size_t i) {
    if (schedule_.steps[i].is_delivery) {
      deliver(schedule_.steps[i]);
      return i;
    }
    std::vector<std::pair<const Step*, Child>> children;
    for (size_t last = i;; ++last) {
      const Step& step = schedule_.steps[last];
      children.emplace_back(&step, Child([&] { ingest_as_process(step); }));
      if (step.is_with_next) continue;
      for (auto& [each, child] : children) await(*each, child);
      return last;
    }
  }

  void ingest_as_process(const Step& step) const {
    alarm(100);  // what hangs, ends
    until_admitted([&] { ingest(home(step.host), step, *open(step.host)); });
  }

  template <class Call>
  static void until_admitted(const Call& call) {
    for (int refusals = 0;; ++refusals) {
      try {
        return call();
      } catch (const Error& error) {
        if (error.kind != ErrorKind::Unavailable || refusals == kMaxRefusals) throw;
      }
      std::this_thread::sleep_for(milliseconds(50));
    }
  }

  void await(const Step& step, Child& child) {
    if (step.fault == Step::Fault::Killed) {
      std::this_thread::sleep_for(std::chrono::microseconds(step.at));
      child.kill();
      return;
    }
    const Child::End end = child.end();
    const bool may_die =
        step.fault == Step::Fault::DiesBefore || step.fault == Step::Fault::DiesAfter;
    if (end == Child::End::Succeeded || (end == Child::End::Killed && may_die)) return;
    problem_ = "an ingest fails";
  }

  void deliver(const Step& step) {
    const LawLog& log = logs_[step.log];
    deliver(path_of(log, home(step.host), std::to_string(step.place)), log, step.bytes,
            step.is_new_file);
    Batch prices;
    prices.run = {random_id(), "host-" + std::to_string(step.host), 1};
    add_price(prices, step);
    until_admitted([&] { open(step.host)->append(prices); });
  }

  // Agents append to their logs; so what stands there already as it should is left alone.
  void deliver(const std::string& path, const LawLog& log, size_t size, bool is_new_file) {
    LawLog& present = files_[path];
    const std::string bytes = log.bytes.substr(0, size);
    const bool is_appended = !is_new_file && bytes.starts_with(present.bytes);
    const size_t begin = is_appended ? present.bytes.size() : 0;
    fs::create_directories(fs::path(path).parent_path());
    if (log.agent == "opencode") {
      if (!is_appended) remove_opencode(path);
      write_history(path, bytes, begin);
    } else {
      if (is_new_file) fs::remove(path);
      std::ofstream file(path, std::ios::binary | (is_appended ? std::ios::app : std::ios::trunc));
      if (!(file << bytes.substr(begin)).flush()) throw std::runtime_error("cannot write " + path);
    }
    present = {log.agent, bytes, log.is_database};
  }

  // Where a part of the log was read, if it was: what was lost there then shows.
  std::string place_of(size_t log) const {
    for (const auto& [path, present] : files_)
      if (!present.bytes.empty() && logs_[log].bytes.starts_with(present.bytes) &&
          present.agent == logs_[log].agent)
        return path;
    return path_of(logs_[log], home(log % schedule_.host_count()), "whole-" + std::to_string(log));
  }

  void deliver_the_rest() {
    for (size_t log = 0; log < logs_.size(); ++log)
      deliver(place_of(log), logs_[log], std::string::npos, false);
    for (size_t host = 0; host < schedule_.host_count(); ++host)
      ingest(home(host), {.host = host}, *open(host));
    if (schedule_.side_hosts.empty()) return;
    const auto from = side_.open_migrated();
    const auto to = store_.open_migrated();
    copy_ledger(*from->snapshot(), {"copy", "host-0", 1}, nullptr,
                [&](const Batch& batch) { return to->append(batch); });
  }

  Facts plain_facts() {
    const std::string plain_home = store_.folder() + "/plain-home";
    for (size_t log = 0; log < logs_.size(); ++log)
      deliver(path_of(logs_[log], plain_home, std::to_string(log)), logs_[log], std::string::npos,
              true);
    const auto ledger = plain_.open_migrated();
    if (ingest(plain_home, {}, *ledger).files.failed > 0)
      throw std::runtime_error("a log cannot be read");
    Batch prices;
    for (const Step& step : schedule_.steps)
      if (step.is_delivery) add_price(prices, step);
    prices.sort();
    if (!prices.empty()) ledger->append(prices);
    return facts_of(*ledger);
  }

  std::string compare() {
    const Facts expected = plain_facts();
    {
      const auto ledger = store_.open_migrated();
      const Facts found = facts_of(*ledger);
      if (found.digest != expected.digest) return "the digest differs";
      if (found.report != expected.report)
        return "the report differs: " + found.report + expected.report;
      const CheckReport checked = check_ledger(*ledger->snapshot(), now());
      if (!checked.findings.empty()) return "check: " + checked.findings.front().problem;
      if (std::string wrong = wrong_counts(*ledger); !wrong.empty()) return wrong;
    }
    for (size_t host = 0; host < schedule_.host_count(); ++host)
      if (ingest(home(host), {.host = host}, *open(host)).files.read > 0)
        return "what has been read is read again";
    if (facts_of(*store_.open_migrated()).digest != expected.digest)
      return "a further run changes the ledger";
    const std::string damage = backend_under_test().damage(store_.place());
    return damage.empty() ? "" : "the store is damaged: " + damage;
  }

  const Schedule& schedule_;
  TestStore store_;
  FileStore side_;
  FileStore plain_;
  std::vector<LawLog> logs_;
  std::map<std::string, LawLog> files_;  // what was delivered, by path
  std::string problem_;
};

}  // namespace

std::string try_schedule(const Schedule& schedule, const LogPool& pool) {
  return Trial(schedule, pool).run();
}

}  // namespace relayburn
