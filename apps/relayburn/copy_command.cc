#include <chrono>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/ingest_summary.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/terminal_text.h"
#include "core/ingest/host_identity.h"
#include "core/ingest/run_lock.h"
#include "core/ledger/copy_ledger.h"
#include "core/ledger/ledger.h"
#include "core/records/refused.h"

namespace relayburn {
namespace {

// What a command line may show of a store.
struct Place {
  std::string storage;
  std::string location;
};

void write_place(JsonWriter& json, const char* key, const Place& place) {
  json.key(key).begin_object().key("storage").string(place.storage);
  json.key("location").string(place.location).end_object();
}

std::string render_json(const Place& from, const Place& to, const Tallies& tallies, int64_t refused,
                        int64_t elapsed_ms) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1);
  write_place(json, "from", from);
  write_place(json, "to", to);
  json.key("records");
  write_tallies(json, tallies);
  if (refused > 0) json.key("recordsRefused").integer(refused);
  json.key("elapsedMs").integer(elapsed_ms).end_object();
  return text + "\n";
}

std::string render_text(const Place& to, const Tallies& tallies, int64_t refused,
                        int64_t elapsed_ms) {
  Tally others;
  for (const Kind kind : kAllKinds)
    if (kind != Kind::Turn && !is_bookkeeping(kind)) others += tallies[index_of(kind)];
  return "turns    " + tally_text(tallies[index_of(Kind::Turn)]) + "\nothers   " +
         tally_text(others) +
         (refused > 0 ? "\nrefused  " + with_thousands(refused) + " records, by the store" : "") +
         "\nin       " + with_thousands(elapsed_ms) + " ms, into " + to.storage + ", " +
         printable(to.location) + "\n";
}

}  // namespace

int run(const CopyCommand& command, const CommandContext& session) {
  const auto begin = std::chrono::steady_clock::now();
  Ledger from = Ledger::open(session.settings, parse_store_address(command.from), session.log);
  Ledger to = Ledger::open(session.settings, parse_store_address(command.to), session.log);
  if (from.identity() == to.identity())
    throw Error(ErrorKind::Usage, "--from and --to are the same store");
  from.prepare_to_read();
  const StoreInfo source = from.info();
  if (source.schema == SchemaState::Missing)
    throw Error(ErrorKind::NotFound, "there is no ledger to copy: " + source.location);
  to.prepare_to_write();
  const RunMark run = {random_id(), host_id(session.settings.home(), system_machine_id()), 1};
  RunLock sweeps(session.settings.home(), to.identity(), RunKind::Sweep);
  Forgotten forgotten = to.forgotten();
  const std::string forgotten_before = forgotten.digest();
  const bool was_interrupted = sweeps.acquire(0) && sweeps.was_interrupted();
  const bool is_unswept = was_interrupted && !sweeps.has_begun_with(forgotten_before);
  sweeps.begin(forgotten_before);
  int64_t refused = 0;
  const Tallies tallies = copy_ledger(*from.snapshot(), run, &forgotten, [&](const Batch& batch) {
    const Tallies changed = to.append(batch);
    refused += refused_records(batch, changed);
    return changed;
  });
  if (is_unswept || to.forgotten().digest() != forgotten_before) to.sweep_forgotten();
  sweeps.end();
  to.refresh_summaries();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  const Place read{from.storage(), source.location};
  const Place written{to.storage(), to.info().location};
  if (command.prints_json) {
    print(render_json(read, written, tallies, refused, elapsed.count()));
  } else if (!session.settings.is_quiet()) {
    print(render_text(written, tallies, refused, elapsed.count()));
  }
  return refused > 0 ? kPartial : kDone;
}

}  // namespace relayburn
