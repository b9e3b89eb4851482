#include <span>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/sweep_alone.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"
#include "core/ingest/anonymize_key.h"
#include "core/ledger/ledger.h"
#include "core/sources/projects.h"

namespace relayburn {
namespace {

// What one flag names.
struct Wanted {
  std::string name;  // for people: "session s-1"
  std::vector<Forget> forgets;
};

// A project also under the name that it has, or once had, under this host's key.
std::vector<Forget> forgets_of_project(const std::string& name,
                                       const std::optional<AnonymousNames>& names) {
  std::vector<Forget> forgets = {forget_project(name)};
  if (names) forgets.push_back(forget_project(names->name_of(name)));
  return forgets;
}

std::vector<Wanted> wanted_of(const ForgetCommand& command, const Settings& settings) {
  const auto checked = [](const std::string& name, const char* flag) {
    if (name.empty()) throw Error(ErrorKind::Usage, std::string("forget: ") + flag + " is empty");
    return storable(name);
  };
  std::optional<AnonymousNames> names;
  if (const auto key = kept_anonymize_key(settings.anonymize_key(), settings.home()))
    names.emplace(*key);
  std::vector<Wanted> wanted;
  for (const std::string& name : command.sessions)
    wanted.push_back({"session " + name, {forget_session(checked(name, "--session"))}});
  for (const std::string& name : command.projects)
    wanted.push_back({"project " + name, forgets_of_project(checked(name, "--project"), names)});
  if (wanted.empty())
    throw Error(ErrorKind::Usage, "forget: nothing says what", "give --session or --project");
  return wanted;
}

Swept would_forget(Ledger& ledger, std::span<const Forget> forgets) {
  Forgotten forgotten = ledger.forgotten();
  for (const Forget& each : forgets) forgotten.add(each.id);
  return would_sweep(*ledger.snapshot(), std::move(forgotten));
}

// Those of which the ledger holds nothing, or nothing that is not forgotten already.
std::vector<std::string> unmatched(Ledger& ledger, const std::vector<Wanted>& wanted) {
  std::vector<std::string> names;
  for (const Wanted& each : wanted)
    if (would_forget(ledger, each.forgets).records == 0) names.push_back(each.name);
  return names;
}

Swept forget(Ledger& ledger, std::span<const Forget> forgets, const std::string& home) {
  Swept swept;
  sweep_alone(home, ledger, [&] { swept = ledger.forget(forgets); });
  return swept;
}

std::string render_json(const Swept& swept, const std::vector<std::string>& unmatched,
                        bool is_dry_run) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("dryRun").boolean(is_dry_run);
  json.key("sessions").integer(swept.sessions).key("records").integer(swept.records);
  json.key("unmatched").begin_array();
  for (const std::string& name : unmatched) json.string(storable(name));
  json.end_array().end_object();
  return text + "\n";
}

}  // namespace

int run(const ForgetCommand& command, const CommandContext& session) {
  const std::vector<Wanted> wanted = wanted_of(command, session.settings);
  std::vector<Forget> forgets;
  for (const Wanted& each : wanted)
    forgets.insert(forgets.end(), each.forgets.begin(), each.forgets.end());
  Ledger ledger = Ledger::open(session.settings, session.log);
  if (command.is_dry_run) {
    ledger.prepare_to_read();
  } else {
    ledger.prepare_to_write();
  }
  const std::vector<std::string> without_records = unmatched(ledger, wanted);
  Swept swept = command.is_dry_run ? would_forget(ledger, forgets)
                                   : forget(ledger, forgets, session.settings.home());
  swept.sessions += static_cast<int64_t>(command.sessions.size());
  if (command.prints_json) {
    print(render_json(swept, without_records, command.is_dry_run));
  } else if (!session.settings.is_quiet()) {
    print(with_thousands(swept.records) +
          (command.is_dry_run ? " records would be forgotten" : " records forgotten") + ", of " +
          with_thousands(swept.sessions) + (swept.sessions == 1 ? " session\n" : " sessions\n"));
  }
  for (const std::string& name : without_records)
    session.log.write(LogLevel::Warning,
                      "the ledger holds nothing of " + name + " that is not forgotten already");
  return kDone;
}

}  // namespace relayburn
