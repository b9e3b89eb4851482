// What people add to a ledger beside logs, and take out again: stamp, prune.

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/tags.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"
#include "core/ledger/ledger.h"
#include "core/records/merge.h"
#include "core/records/stamps.h"
#include "core/report/time/zone.h"

namespace relayburn {
namespace {

Zone zone_of(const Settings& settings) {
  const std::optional<std::string> name = settings.timezone();
  return name ? Zone::named(*name) : Zone::of_system();
}

std::optional<Instant> parse_bound(const std::string& text, const Zone& zone, const char* flag) {
  if (text.empty()) return std::nullopt;
  return parse_period_bound(text, zone, now(), flag);
}

std::string stamp_json(bool is_new) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("isNew").boolean(is_new).end_object();
  return text + "\n";
}

std::string prune_json(int64_t removed, const ContentPrune& prune) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("dryRun").boolean(prune.dry_run);
  json.key("content").integer(removed);
  json.key("before").string(format_instant(prune.cutoff)).end_object();
  return text + "\n";
}

}  // namespace

int run(const StampCommand& command, const CommandContext& session) {
  if (command.session.empty() && command.message.empty() && command.from.empty() &&
      command.to.empty())
    throw Error(ErrorKind::Usage, "stamp: nothing says which turns",
                "give --session, --message, or --from and --to");
  const Zone zone = zone_of(session.settings);
  const std::string session_id = storable(command.session);
  const std::string message_id = storable(command.message);
  const std::string enrichment = enrichment_json(parse_tags(command.tags, "stamp"));
  Stamp stamp;
  stamp.revision = make_revision(kStampVersion);
  if (!session_id.empty()) stamp.session_id = session_id;
  if (!message_id.empty()) stamp.message_id = message_id;
  stamp.from_ts = parse_bound(command.from, zone, "--from");
  stamp.to_ts = parse_bound(command.to, zone, "--to");
  if (stamp.from_ts && stamp.to_ts && *stamp.from_ts > *stamp.to_ts)
    throw Error(ErrorKind::Usage, "stamp: --from is later than --to");
  stamp.ts = command.ts.empty() ? now() : parse_bound(command.ts, zone, "--ts");
  stamp.enrichment = enrichment;

  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_write();
  Forgotten forgotten = ledger.forgotten();
  Batch batch;
  batch.forgotten = &forgotten;
  add_stamp(batch, stamp);
  const Tallies tallies = ledger.append(batch);
  const bool is_new = tallies[index_of(Kind::Stamp)].inserted > 0;
  if (command.prints_json) {
    print(stamp_json(is_new));
  } else if (!session.settings.is_quiet()) {
    print(is_new ? "stamped\n" : "this stamp is there already\n");
  }
  return kDone;
}

int run(const PruneCommand& command, const CommandContext& session) {
  const Zone zone = zone_of(session.settings);
  parse_time_bound(command.older_than, zone, now(), "--older-than");  // before anything is opened
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  ContentPrune prune;
  // The clock of one host does not decide it, because what is deleted does not come back.
  prune.cutoff = parse_time_bound(command.older_than, zone, ledger.present(), "--older-than");
  prune.dry_run = command.is_dry_run;
  const bool is_there = ledger.info().schema != SchemaState::Missing;
  const int64_t removed = is_there ? ledger.prune_content(prune) : 0;
  if (command.prints_json) {
    print(prune_json(removed, prune));
  } else if (!session.settings.is_quiet()) {
    print(with_thousands(removed) +
          (command.is_dry_run ? " pieces of content would be deleted: "
                              : " pieces of content deleted: ") +
          "all from before " + format_instant(prune.cutoff) + "\n");
  }
  return kDone;
}

}  // namespace relayburn
