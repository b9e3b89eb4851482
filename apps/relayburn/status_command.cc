#include <algorithm>
#include <map>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/source_environment.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/ingest/discover.h"
#include "core/ingest/host_identity.h"
#include "core/records/records.h"
#include "core/storage/ledger.h"

namespace relayburn {
namespace {

struct HostState {
  std::string id, label, version, last_result;
  std::optional<Instant> last_ingest;
};

struct SourceState {
  std::string name;
  int64_t logs = 0;
  int64_t bytes = 0;
};

struct LedgerState {
  std::string storage;
  StoreInfo store;
  std::array<int64_t, kKindCount> rows{};
  std::vector<HostState> hosts;
  std::vector<SourceState> sources;
  std::vector<std::string> faults;
};

std::string schema_text(const StoreInfo& store) {
  if (store.schema_version > store.newest_version) return "newer";
  switch (store.schema) {
    case SchemaState::Missing:
      return "missing";
    case SchemaState::Behind:
      return "behind";
    case SchemaState::Current:
      return "current";
  }
  return {};
}

void read_store(Ledger& ledger, LedgerState& state) {
  state.store = ledger.info();
  if (state.store.schema_version > state.store.newest_version)
    state.faults.push_back(
        "the store has schema version " + std::to_string(state.store.schema_version) +
        ", this relayburn knows versions up to " + std::to_string(state.store.newest_version));
  if (state.store.schema == SchemaState::Behind)
    state.faults.push_back("the store has an older schema: run relayburn migrate");
  if (!state.faults.empty() || state.store.schema != SchemaState::Current) return;
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  for (const Kind kind : kAllKinds) state.rows[index_of(kind)] = snapshot->count(kind);
  snapshot->scan(Kind::Host, {}, [&](Row row) {
    const Host host = from_row<Host>(row);
    state.hosts.push_back({std::string(host.host_id), std::string(host.label),
                           std::string(host.version), std::string(host.last_result),
                           host.last_ingest});
  });
  std::sort(state.hosts.begin(), state.hosts.end(), [](const HostState& a, const HostState& b) {
    return std::tie(a.label, a.id) < std::tie(b.label, b.id);
  });
}

void read_sources(const Session& session, LedgerState& state) {
  const SourceEnvironment environment = source_environment(session.settings);
  for (const Source* source : all_sources()) {
    SourceState found{std::string(source->name()), 0, 0};
    const Discovery discovery = discover_logs({source}, environment);
    for (const FoundLog& log : discovery.logs) {
      ++found.logs;
      found.bytes += log.now.size;
    }
    for (const Discovery::Failure& failure : discovery.failures)
      state.faults.push_back(failure.path + " " + failure.problem);
    state.sources.push_back(found);
  }
}

std::string render_json(const LedgerState& state) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("storage").string(state.storage);
  json.key("store").begin_object().key("location").string(state.store.location);
  json.key("schema")
      .string(schema_text(state.store))
      .key("version")
      .integer(state.store.schema_version);
  json.key("newestVersion").integer(state.store.newest_version).end_object();
  json.key("rows").begin_object();
  for (const Kind kind : kAllKinds)
    if (!is_bookkeeping(kind)) json.key(describe(kind).name).integer(state.rows[index_of(kind)]);
  json.end_object().key("hosts").begin_array();
  for (const HostState& host : state.hosts) {
    json.begin_object().key("id").string(host.id).key("label").string(host.label);
    json.key("version").string(host.version).key("lastIngest");
    if (host.last_ingest) {
      json.string(format_instant(*host.last_ingest));
    } else {
      json.null();
    }
    json.key("lastResult").string(host.last_result).end_object();
  }
  json.end_array().key("sources").begin_array();
  for (const SourceState& source : state.sources)
    json.begin_object()
        .key("source")
        .string(source.name)
        .key("logs")
        .integer(source.logs)
        .key("bytes")
        .integer(source.bytes)
        .end_object();
  json.end_array().key("faults").begin_array();
  for (const std::string& fault : state.faults) json.string(fault);
  json.end_array().end_object();
  return text + "\n";
}

std::string render_text(const LedgerState& state) {
  std::string text = "store    " + state.storage + ", " + printable(state.store.location) + "\n";
  text += "schema   " + schema_text(state.store) + ", version " +
          std::to_string(state.store.schema_version) + " of " +
          std::to_string(state.store.newest_version) + "\n";
  for (const Kind kind : kAllKinds)
    if (!is_bookkeeping(kind))
      text += "rows     " + std::string(describe(kind).name) + " " +
              with_thousands(state.rows[index_of(kind)]) + "\n";
  for (const HostState& host : state.hosts)
    text += "host     " + printable(host.label) + ", last ingest " +
            (host.last_ingest ? format_instant({host.last_ingest->us / 1'000'000 * 1'000'000})
                              : "never") +
            " (" + printable(host.last_result) + ", version " + printable(host.version) + ")\n";
  for (const SourceState& source : state.sources)
    text += "logs     " + source.name + ": " + with_thousands(source.logs) + " files, " +
            with_thousands(source.bytes) + " bytes\n";
  for (const std::string& fault : state.faults) text += "FAULT    " + printable(fault) + "\n";
  return text;
}

}  // namespace

int run(const StatusCommand& command, const Session& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  LedgerState state;
  state.storage = ledger.storage();
  read_store(ledger, state);
  read_sources(session, state);
  return print_and_return(command.prints_json ? render_json(state) : render_text(state),
                          state.faults.empty() ? kDone : kFailed);
}

}  // namespace relayburn
