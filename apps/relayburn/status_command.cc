#include <algorithm>
#include <cstdlib>
#include <map>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/host_text.h"
#include "apps/relayburn/ingest_job.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/price_file.h"
#include "apps/relayburn/source_environment.h"
#include "apps/relayburn/status_report.h"
#include "core/ingest/discover.h"
#include "core/ingest/host_identity.h"
#include "core/ingest/log_worker.h"
#include "core/ingest/reading_plan.h"
#include "core/ingest/run_lock.h"
#include "core/ledger/check_ledger.h"
#include "core/ledger/ledger.h"
#include "core/report/build/report.h"

namespace relayburn {
namespace {

constexpr int64_t kUsOfDay = 86'400'000'000;
constexpr int64_t kMaxClockSkewUs = 60'000'000;

std::string fault_of_schema(const StoreInfo& store) {
  if (store.schema_version > store.newest_version)
    return "the store has schema version " + std::to_string(store.schema_version) +
           ", this relayburn knows versions up to " + std::to_string(store.newest_version);
  if (store.schema == SchemaState::Behind)
    return "the store has an older schema: run relayburn migrate";
  return {};
}

// Which models of the last days have no price, and how old the prices are.
void read_prices(const CommandContext& session, Snapshot& snapshot, StatusReport& report) {
  constexpr int64_t kRecentDays = 30;
  const LoadedPrices loaded = load_prices(session.settings, snapshot, now(), session.log);
  ReportQuery query;
  query.since = Instant{now().us - kRecentDays * kUsOfDay};
  report.prices = loaded.source;
  report.unpriced_models =
      build_report(query, snapshot, loaded.table, Zone::named("UTC")).unpriced_models;
}

// What was found before it throws stays in the report.
void read_store(Ledger& ledger, const CommandContext& session, StatusReport& report) {
  report.store = ledger.info();
  report.location = report.store->location;
  report.store_fault = fault_of_schema(*report.store);
  if (!report.store_fault.empty()) return;
  std::array<int64_t, kKindCount> rows{};
  std::vector<KnownHost> hosts;
  if (report.store->schema != SchemaState::Missing) {
    const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
    for (const Kind kind : kAllKinds) rows[index_of(kind)] = snapshot->count(kind);
    for (const CheckFinding& finding : check_counts(*snapshot, rows))
      report.faults.push_back(finding.problem + "; " + finding.remedy);
    hosts = known_hosts(*snapshot);
    read_prices(session, *snapshot, report);
  }
  report.cursors = ledger.cursors(report.this_host);
  report.rows = rows;
  report.hosts = std::move(hosts);
}

// Whatever is wrong with the store, the rest of the report is of use.
std::optional<Error> ask_store(const CommandContext& session, StatusReport& report) {
  std::optional<Error> problem;
  try {
    Ledger ledger = Ledger::open(session.settings, session.log);
    report.long_ingest = long_ingest(session.settings.home(), ledger.identity());
    read_store(ledger, session, report);
  } catch (const Error& error) {
    report.store_fault = error.what();
    problem = error;
  }
  if (!report.store_fault.empty()) report.faults.push_back(report.store_fault);
  return problem;
}

void read_source(const Source& source, const SourceEnvironment& environment,
                 const NameOfLog& name_of_log, StatusReport& report) {
  SourceState found;
  found.name = source.name();
  found.retention_days = source.retention_days(environment);
  const Discovery discovery = discover_logs({&source}, environment);
  for (const FoundLog& log : discovery.logs) {
    ++found.logs;
    found.bytes += log.now.size;
  }
  if (report.cursors) {
    found.unread.emplace();
    for (const Reading& reading : plan_readings(discovery.logs, *report.cursors, name_of_log)) {
      ++found.unread->logs;
      found.unread->bytes += reading.bytes();
    }
  }
  for (const Discovery::Failure& failure : discovery.failures)
    report.faults.push_back(failure.path + " " + failure.problem);
  report.sources.push_back(found);
}

std::optional<Instant> last_ingest_of_this_host(const StatusReport& report) {
  for (const KnownHost& host : *report.hosts)
    if (host.id == report.this_host) return host.last_ingest;
  return std::nullopt;
}

// An agent's logs go, whether they were read or not.
void warn_of_retention(const SourceState& source, StatusReport& report) {
  if (!source.retention_days || source.logs == 0 || !report.hosts) return;
  const std::optional<Instant> last = last_ingest_of_this_host(report);
  const int64_t age_us = last ? now().us - last->us : INT64_MAX;
  if (age_us <= *source.retention_days * kUsOfDay / 2) return;
  report.warnings.push_back(
      source.name + " deletes its logs after " + std::to_string(*source.retention_days) +
      " days, and this host's last ingest is " +
      (last ? std::to_string(age_us / kUsOfDay) + " days ago" : "still to come"));
}

void warn_of_store(const StoreInfo& store, StatusReport& report) {
  if (store.is_on_network)
    report.warnings.push_back("the store lies on a network file system, " + store.file_system +
                              ": hosts that write to it wait for each other");
  const int64_t ahead_us = store.clock_ahead_us.value_or(0);
  if (std::abs(ahead_us) > kMaxClockSkewUs)
    report.warnings.push_back("the database's clock is " +
                              std::to_string(std::abs(ahead_us) / 1'000'000) + " s " +
                              (ahead_us > 0 ? "ahead of" : "behind") + " this host's");
}

// Measures by the clock of the store, which the hosts share.
int64_t silence_of(const KnownHost& host, Instant present) {
  return host.last_ingest ? present.us - host.last_ingest->us : INT64_MAX;
}

// "0.10.0" is newer than "0.9.1".
std::vector<int64_t> version_numbers(std::string_view version) {
  std::vector<int64_t> numbers(1);
  for (const char c : version) {
    if (c >= '0' && c <= '9') {
      numbers.back() = std::min<int64_t>(numbers.back() * 10 + (c - '0'), 1'000'000);
    } else {
      numbers.push_back(0);
    }
  }
  return numbers;
}

void judge_hosts(const StatusCommand& command, StatusReport& report) {
  if (!report.hosts) return;
  const Instant present{now().us + (report.store ? report.store->clock_ahead_us.value_or(0) : 0)};
  HostVerdict verdict;
  verdict.max_age_us = kUsOfDay;
  if (command.max_age)
    verdict.max_age_us =
        present.us -
        parse_time_bound(*command.max_age, Zone::named("UTC"), present, "--max-age").us;
  std::vector<int64_t> newest;
  for (const KnownHost& host : *report.hosts)
    if (!host.is_retired) newest = std::max(newest, version_numbers(host.version));
  for (const KnownHost& host : *report.hosts) {
    if (host.is_retired) continue;
    ++verdict.hosts;
    if (version_numbers(host.version) < newest) ++verdict.older_versions;
    const int64_t silence = silence_of(host, present);
    if (silence <= verdict.max_age_us) continue;
    ++verdict.silent;
    if (command.max_age)
      report.warnings.push_back(host.label + " has not ingested for " + span_text(silence));
  }
  report.verdict = verdict;
}

int exit_code(const StatusCommand& command, const StatusReport& report) {
  if (!report.faults.empty()) return kFailed;
  const bool is_silent = command.max_age && (!report.verdict || report.verdict->silent > 0);
  return is_silent || (command.is_strict && !report.warnings.empty()) ? kCheckFailed : kDone;
}

// A host that forgets who it is comes again and again under one label, and reads everything each
// time.
void warn_of_labels(StatusReport& report) {
  constexpr int64_t kMaxHostsOfALabel = 3;
  std::map<std::string, int64_t> hosts;
  for (const KnownHost& host : report.hosts.value_or(std::vector<KnownHost>{}))
    if (!host.is_retired) ++hosts[host.label];
  for (const auto& [label, count] : hosts)
    if (count > kMaxHostsOfALabel)
      report.warnings.push_back(std::to_string(count) + " hosts are called " + label +
                                ": does each run begin with a new RELAYBURN_HOME, or as a new "
                                "machine? relayburn hosts lists them");
}

void warn_of_prices(StatusReport& report) {
  constexpr int64_t kMaxAgeDays = 30;
  if (report.prices && report.prices->age_days.value_or(0) > kMaxAgeDays)
    report.warnings.push_back("the newest prices are " + std::to_string(*report.prices->age_days) +
                              " days old: run relayburn prices update");
  for (const UnpricedModel& unpriced : report.unpriced_models)
    report.warnings.push_back("no price for " + unpriced.model.value_or("turns without a model") +
                              ", with " + std::to_string(unpriced.turns) +
                              " turns in the last 30 days");
}

void warn(StatusReport& report) {
  for (const SourceState& source : report.sources) warn_of_retention(source, report);
  if (report.store) warn_of_store(*report.store, report);
  warn_of_labels(report);
  warn_of_prices(report);
  if (report.long_ingest)
    report.warnings.push_back("an ingest has been at work for more than an hour (" +
                              report.long_ingest->text() + "): end it if it hangs");
  if (report.last_error)
    report.warnings.push_back("the last ingest of this host failed: " + report.last_error->problem);
}

}  // namespace

int run(const StatusCommand& command, const CommandContext& session) {
  const std::string home = session.settings.home();
  if (command.max_age)  // before anything is opened
    parse_time_bound(*command.max_age, Zone::named("UTC"), now(), "--max-age");
  StatusReport report;
  report.storage = session.settings.storage();
  report.location = shown_location(session.settings);
  report.this_host = host_id_as_kept(home, system_machine_id());
  report.last_error = last_error(home);
  report.plugins = plugin_states(session.settings);
  const std::optional<Error> problem = ask_store(session, report);
  const SourceEnvironment environment = source_environment(session.settings);
  Projects projects({}, anonymous_names(session.settings, MissingKey::Pretend));
  const NameOfLog name_of_log = [&](const std::string& path) {
    return ledger_log_id(projects, report.this_host, path);
  };
  for (const Source* source : all_sources()) read_source(*source, environment, name_of_log, report);
  warn(report);
  judge_hosts(command, report);
  const int code = print_and_return(command.prints_json ? render_json(report) : render_text(report),
                                    exit_code(command, report));
  if (problem) throw *problem;
  return code;
}

}  // namespace relayburn
