#include <algorithm>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/host_text.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"
#include "core/ledger/known_hosts.h"
#include "core/ledger/ledger.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/report/render/text_table.h"

namespace relayburn {
namespace {

// What an operator says of a host now; a default-made one where nothing is said.
struct Note {
  int64_t revision = 0;
  std::optional<std::string> label;
  bool is_retired = false;
};

Note note_of(Snapshot& snapshot, const std::string& host_id) {
  Note note;
  snapshot.scan(Kind::HostNote, {}, [&](Row row) {
    const HostNote found = from_row<HostNote>(row);
    if (found.host_id != host_id) return;
    note = {found.revision, std::nullopt, found.is_retired};
    if (found.label) note.label = *found.label;
  });
  return note;
}

// By id, the beginning of an id, or a label; there must be exactly one.
KnownHost the_host(const std::vector<KnownHost>& hosts, const std::string& name) {
  std::vector<KnownHost> found;
  for (const KnownHost& host : hosts)
    if (host.id == name) return host;
  for (const KnownHost& host : hosts)
    if (host.id.starts_with(name) || host.label == name) found.push_back(host);
  if (found.size() == 1) return found.front();
  if (found.empty())
    throw Error(ErrorKind::NotFound, "there is no host '" + name + "'", "see: relayburn hosts");
  std::string ids;
  for (const KnownHost& host : found) ids += (ids.empty() ? "" : ", ") + host.id;
  throw Error(ErrorKind::Usage, "several hosts are meant by '" + name + "': " + ids);
}

void append_note(Ledger& ledger, const KnownHost& host, const Note& note) {
  HostNote record;
  record.id = key_of({host.id});
  // Later than the note before, and than what the host last said of itself. No clock of ours is
  // asked: one that is ahead would outlast what the host says for years.
  const int64_t last_ingest = host.last_ingest ? host.last_ingest->us : 0;
  record.revision = std::max(last_ingest, note.revision + 1);
  record.host_id = host.id;
  if (note.label) record.label = *note.label;
  record.is_retired = note.is_retired;
  Batch batch;
  batch.add(record);
  ledger.append(batch);
}

int change(const HostsCommand& command, const CommandContext& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  const KnownHost host = the_host(known_hosts(*snapshot), storable(command.host));
  Note note = note_of(*snapshot, host.id);
  snapshot.reset();
  switch (command.action) {
    case HostsCommand::Action::Label:
      note.label.reset();
      if (!command.label.empty()) note.label = storable(command.label);
      break;
    case HostsCommand::Action::Retire:
    case HostsCommand::Action::Restore:
      note.is_retired = command.action == HostsCommand::Action::Retire;
      break;
    case HostsCommand::Action::List:
      break;
  }
  append_note(ledger, host, note);
  if (!session.settings.is_quiet()) print(printable(host.id) + ": noted\n");
  return kDone;
}

std::string render_json(const std::vector<KnownHost>& hosts) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("hosts").begin_array();
  for (const KnownHost& host : hosts) write_host(json, host);
  json.end_array().end_object();
  return text + "\n";
}

std::string state_text(const KnownHost& host, Instant present) {
  constexpr int64_t kFreshUs = int64_t{86'400} * 1'000'000;
  if (host.is_retired) return "retired";
  if (!host.last_ingest) return "silent";
  return present.us - host.last_ingest->us <= kFreshUs ? "fresh" : "silent";
}

// The one that was here last comes first.
std::string render_text(std::vector<KnownHost> hosts, Instant present) {
  std::stable_sort(hosts.begin(), hosts.end(), [](const KnownHost& a, const KnownHost& b) {
    return a.last_ingest > b.last_ingest;
  });
  TextTable table(5);
  table.row({"host", "state", "last ingest", "", "version", "rejected", "id"});
  table.rule();
  for (const KnownHost& host : hosts)
    table.row({label_text(host), state_text(host, present), last_ingest_text(host),
               host.last_ingest ? span_text(present.us - host.last_ingest->us) + " ago" : "",
               printable(host.version), with_thousands(host.rejected_lines), printable(host.id)});
  return hosts.empty() ? std::string() : table.print();
}

}  // namespace

int run(const HostsCommand& command, const CommandContext& session) {
  if (command.action != HostsCommand::Action::List) return change(command, session);
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const std::vector<KnownHost> hosts = known_hosts(*ledger.snapshot());
  print(command.prints_json ? render_json(hosts) : render_text(hosts, ledger.present()));
  return kDone;
}

}  // namespace relayburn
