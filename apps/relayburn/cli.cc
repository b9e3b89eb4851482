#include "apps/relayburn/cli.h"

#include <CLI/CLI.hpp>

#include "apps/relayburn/cli_analyze.h"
#include "apps/relayburn/cli_reconcile.h"
#include "core/base/error.h"

namespace relayburn {
namespace {

// A flag that states a setting: what it gives goes where config.toml and the environment go too.
void setting_flag(CLI::App& app, CommonOptions& common, const std::string& flag,
                  const std::string& key, const std::string& type, const std::string& text) {
  app.add_option_function<std::string>(
         flag, [&common, key](const std::string& value) { common.settings[key] = value; }, text)
      ->type_name(type);
}

void add_common(CLI::App& app, CommonOptions& common) {
  setting_flag(app, common, "--storage", "storage", "NAME", "sqlite (default), file or postgres");
  setting_flag(app, common, "--home", "home", "DIR",
               "host id, config, local stores; default ~/.relayburn");
  setting_flag(app, common, "--plugin-dir", "plugin_dir", "DIR", "where backends are looked for");
  setting_flag(app, common, "--host-label", "host_label", "LABEL", "name of this host in reports");
  setting_flag(app, common, "--log-level", "log_level", "LEVEL",
               "debug, info, warning (default) or error");
  setting_flag(app, common, "--log-format", "log_format", "FORMAT", "text (default) or json");
  app.add_flag_callback(
      "-v,--verbose", [&common] { common.settings["log_level"] = "info"; }, "say more");
  app.add_flag_callback(
      "-q,--quiet", [&common] { common.settings["quiet"] = "true"; }, "say only what went wrong");
}

// A setting that is a list: the flag is given once for each item.
void list_flag(CLI::App& app, CommonOptions& common, const std::string& flag,
               const std::string& key, const std::string& type, const std::string& text) {
  app.add_option_function<std::vector<std::string>>(
         flag,
         [&common, key](const std::vector<std::string>& items) {
           std::string& list = common.settings[key];
           for (const std::string& item : items) list += (list.empty() ? "" : ",") + item;
         },
         text + " (repeatable)")
      ->type_name(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_privacy(CLI::App& sub, CommonOptions& common) {
  setting_flag(sub, common, "--content-ttl", "content_ttl", "SPAN",
               "once a day, prune stored content that is older: 90d");
  list_flag(sub, common, "--project-allow", "project_allow", "PATTERN",
            "only projects whose directory or remote is this, or below it; * is any text");
  list_flag(sub, common, "--project-deny", "project_deny", "PATTERN",
            "no such project; what a list left out needs --full to be read later");
  sub.add_flag_callback(
      "--anonymize-projects", [&common] { common.settings["anonymize_projects"] = "true"; },
      "store hashes under a key instead of directories, remotes, branches and file paths");
  setting_flag(sub, common, "--anonymize-key", "anonymize_key", "FILE",
               "the key that a team shares; default HOME/anonymize.key, made on first use");
}

CLI::App* add_ingest(CLI::App& app, CommonOptions& common, IngestCommand& command) {
  CLI::App* sub = app.add_subcommand("ingest", "Read this host's session logs into the ledger");
  sub->add_option("--source", command.sources,
                  "only this agent: claude, codex or opencode (repeatable)")
      ->type_name("AGENT")
      ->check(CLI::IsMember({"claude", "claude-code", "codex", "opencode"}));
  sub->add_option("--path", command.paths,
                  "a log, or a folder of logs, instead of the usual places (repeatable)")
      ->type_name("FILE_OR_DIR");
  sub->add_option("--hook", command.hook,
                  "as a hook of claude: read the session that standard input names; exit 0")
      ->type_name("AGENT")
      ->check(CLI::IsMember({"claude"}));
  sub->add_flag("--watch", command.watches, "go on, reading what changes as it changes");
  setting_flag(*sub, common, "--interval", "interval", "SECONDS",
               "with --watch: look at least so often; default 30");
  setting_flag(*sub, common, "--splay", "splay", "SECONDS",
               "begin after a random time of up to so many seconds");
  sub->add_flag("--full", command.is_full, "read every log from its start");
  sub->add_flag("--strict", command.is_strict, "exit 3 where a line was rejected");
  sub->add_flag("--dry-run", command.is_dry_run, "say what would change, write nothing");
  add_privacy(*sub, common);
  sub->add_flag("--json", command.prints_json, "print the summary as JSON");
  setting_flag(*sub, common, "--progress", "progress", "WHEN", "auto (default), always or never");
  return sub;
}

CLI::App* add_prices(CLI::App& app, PricesCommand& command) {
  CLI::App* sub = app.add_subcommand("prices", "Show list prices, and which one a model has");
  sub->add_option("model", command.model, "as a log names it; without it all")->type_name("MODEL");
  sub->add_option("--source", command.source, "the agent whose log it is")
      ->type_name("AGENT")
      ->check(CLI::IsMember({"claude", "claude-code", "codex", "opencode"}));
  sub->add_flag("--json", command.prints_json, "print them as JSON");
  return sub;
}

CLI::App* add_prices_update(CLI::App& prices, PricesUpdateCommand& command) {
  CLI::App* sub = prices.add_subcommand("update", "Learn list prices into the ledger, with dates");
  sub->add_option("--from", command.from,
                  "a list of prices: an https URL or a file; default models.dev")
      ->type_name("URL_OR_FILE");
  sub->add_flag("--check", command.only_checks,
                "only say: exit 0 current, 1 something would change");
  sub->add_flag("--force", command.is_forced,
                "take rates 1,000 times the old ones, and lists that lack most models");
  sub->add_flag("--json", command.prints_json, "print what changed as JSON");
  return sub;
}

void add_stamp(CLI::App& sub, CommonOptions& common, StampCommand& command) {
  sub.add_option("--session", command.session, "the turns of this session")->type_name("ID");
  sub.add_option("--message", command.message, "this turn")->type_name("ID");
  sub.add_option("--from", command.from, "turns from this time on")->type_name("T");
  sub.add_option("--to", command.to, "turns up to this time, inclusive")->type_name("T");
  sub.add_option("--ts", command.ts,
                 "when the stamp was made: of two, the later one counts; default now")
      ->type_name("T");
  setting_flag(sub, common, "--timezone", "timezone", "ZONE", "IANA zone of dates without a zone");
  sub.add_flag("--json", command.prints_json, "print it as JSON");
  sub.add_option("tags", command.tags, "what is to be known of them")
      ->type_name("KEY=VALUE")
      ->required();
}

void add_hosts(CLI::App& sub, HostsCommand& command) {
  sub.add_flag("--json", command.prints_json, "print it as JSON");
  sub.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* text, HostsCommand::Action action) {
    CLI::App* change = sub.add_subcommand(name, text);
    change->add_option("host", command.host, "its id, the beginning of it, or its label")
        ->type_name("HOST")
        ->required();
    change->callback([&command, action] { command.action = action; });
    return change;
  };
  add("label", "Call a host by another name in reports", HostsCommand::Action::Label)
      ->add_option("label", command.label, "\"\": what it calls itself, again")
      ->type_name("LABEL")
      ->required();
  add("retire", "Leave it out of status until it ingests again", HostsCommand::Action::Retire);
  add("restore", "Take that back", HostsCommand::Action::Restore);
}

void add_forget(CLI::App& sub, ForgetCommand& command) {
  const auto what = [&](const char* flag, std::vector<std::string>& values, const char* type,
                        const char* text) {
    sub.add_option(flag, values, text)
        ->type_name(type)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  what("--session", command.sessions, "ID", "all that is of this session (repeatable)");
  what("--project", command.projects, "PROJECT",
       "every session that ran in this directory or remote, as reports show it (repeatable)");
  sub.add_flag("--dry-run", command.is_dry_run, "only say how much that is");
  sub.add_flag("--json", command.prints_json, "print it as JSON");
}

struct Subcommands {
  AnalyzeCommand overview;
  IngestCommand ingest;
  AnalyzeCommand analyze;
  PricesCommand prices;
  PricesUpdateCommand prices_update;
  ReconcileCommand reconcile;
  StatusCommand status;
  StampCommand stamp;
  ExportCommand exports;
  CopyCommand copy;
  PruneCommand prune;
  ForgetCommand forget;
  MigrateCommand migrate;
  ConfigCommand config;
  HostsCommand hosts;
  PluginsCommand plugins;
  CheckCommand check;
};

// The order in which --help lists them: first what is used daily.
struct CommandTree {
  CommandTree(CLI::App& app, CommonOptions& common, Subcommands& subs)
      : ingest(add_ingest(app, common, subs.ingest)),
        analyze(add_analyze(app, common, subs.analyze)),
        prices(add_prices(app, subs.prices)),
        prices_update(add_prices_update(*prices, subs.prices_update)),
        reconcile(add_reconcile(app, common, subs.reconcile)),
        status(app.add_subcommand("status",
                                  "What the ledger and this host hold; exit 1 names faults")),
        check(app.add_subcommand("check", "Prove that the ledger agrees with itself")),
        hosts(app.add_subcommand("hosts", "The hosts of the ledger; label or retire one")),
        stamp(app.add_subcommand("stamp", "Put tags on a session, a message or a time range")),
        exports(app.add_subcommand("export", "Print the ledger's records, one JSON line each")),
        copy(app.add_subcommand("copy", "Merge one ledger into another")),
        prune(app.add_subcommand("prune", "Delete stored content; figures stay")),
        forget(app.add_subcommand("forget",
                                  "Remove a session or project from the ledger, and keep it out")),
        migrate(app.add_subcommand("migrate", "Create the store, or bring its schema up to date")),
        config(app.add_subcommand("config", "Each setting in force, and where it comes from")),
        plugins(
            app.add_subcommand("plugins", "Each plugin: its file, and whether it can be used")) {
    status
        ->add_option("--max-age", subs.status.max_age,
                     "exit 7 where a host has not ingested for so long: 1d; those that are "
                     "retired do not count")
        ->type_name("SPAN");
    status->add_flag("--strict", subs.status.is_strict, "exit 7 where there are warnings");
    status->add_flag("--json", subs.status.prints_json, "print it as JSON");
    check->add_flag("--repair", subs.check.repairs,
                    "rebuild what is derived, and finish what was forgotten");
    check->add_flag("--json", subs.check.prints_json, "print it as JSON");
    add_hosts(*hosts, subs.hosts);
    add_stamp(*stamp, common, subs.stamp);
    exports->add_flag("--digest", subs.exports.is_digest, "print only their SHA-256");
    exports->add_flag("--content", subs.exports.with_content, "stored content too");
    const std::string store = "sqlite:PATH, file:DIR, or sqlite, file, postgres as configured";
    copy->add_option("--from", subs.copy.from, store)->type_name("STORE")->required();
    copy->add_option("--to", subs.copy.to, "the same")->type_name("STORE")->required();
    copy->add_flag("--json", subs.copy.prints_json, "print what changed as JSON");
    prune
        ->add_option("--older-than", subs.prune.older_than,
                     "content from before then: 90d, or any T of analyze")
        ->type_name("T")
        ->required();
    prune->add_flag("--dry-run", subs.prune.is_dry_run, "only say how much that is");
    prune->add_flag("--json", subs.prune.prints_json, "print it as JSON");
    add_forget(*forget, subs.forget);
    migrate->add_flag("--check", subs.migrate.only_checks, "only say: exit 0 current, 1 behind");
    migrate->add_flag("--json", subs.migrate.prints_json, "print it as JSON");
    config->add_flag("--json", subs.config.prints_json, "print it as JSON");
    plugins->add_flag("--json", subs.plugins.prints_json, "print it as JSON");
  }

  Command chosen(const Subcommands& subs) const {
    if (ingest->parsed()) return subs.ingest;
    if (analyze->parsed()) return subs.analyze;
    if (prices_update->parsed()) return subs.prices_update;
    if (prices->parsed()) return subs.prices;
    if (reconcile->parsed()) return subs.reconcile;
    if (status->parsed()) return subs.status;
    if (check->parsed()) return subs.check;
    if (hosts->parsed()) return subs.hosts;
    if (stamp->parsed()) return subs.stamp;
    if (exports->parsed()) return subs.exports;
    if (copy->parsed()) return subs.copy;
    if (prune->parsed()) return subs.prune;
    if (forget->parsed()) return subs.forget;
    if (migrate->parsed()) return subs.migrate;
    if (config->parsed()) return subs.config;
    if (plugins->parsed()) return subs.plugins;
    return subs.overview;
  }

  CLI::App *ingest, *analyze, *prices, *prices_update, *reconcile, *status, *check, *hosts, *stamp,
      *exports, *copy, *prune, *forget, *migrate, *config, *plugins;
};

// CLI11 can exclude options, but says so in the middle of their help.
void check_together(const IngestCommand& command) {
  const auto refuse = [](const char* one, const char* other) {
    throw Error(ErrorKind::Usage, std::string(one) + " excludes " + other);
  };
  if (!command.hook.empty() && !command.paths.empty()) refuse("--hook", "--path");
  if (!command.hook.empty() && !command.sources.empty()) refuse("--hook", "--source");
  if (!command.hook.empty() && command.watches) refuse("--hook", "--watch");
  if (command.watches && command.is_strict) refuse("--watch", "--strict");
  if (command.watches && command.is_dry_run) refuse("--watch", "--dry-run");
}

// CLI11 would take the next argument for the value of "--storage=".
void check_values(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") return;
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1)
      throw Error(ErrorKind::Usage,
                  std::string(argument.substr(0, argument.size() - 1)) + " is empty",
                  "leave the flag out");
  }
}

}  // namespace

std::variant<CommandLine, Message> parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  Subcommands subs;
  CLI::App app("relayburn: what AI coding agents cost, from their session logs", "relayburn");
  app.set_version_flag("--version", std::string("relayburn ") + RELAYBURN_VERSION);
  app.require_subcommand(0, 1);
  app.fallthrough();
  add_common(app, line.common);
  add_overviews(app, line.common, subs.overview);
  const CommandTree tree(app, line.common, subs);

  check_values(argc, argv);
  try {
    app.parse(argc, argv);
    check_together(subs.ingest);
  } catch (const CLI::CallForHelp&) {
    return Message{app.help()};
  } catch (const CLI::CallForVersion&) {
    return Message{std::string("relayburn ") + RELAYBURN_VERSION + "\n"};
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> left = app.remaining();
    if (app.get_subcommands().empty() && !left.empty() && !left.front().starts_with('-'))
      throw Error(ErrorKind::Usage, "there is no command '" + left.front() + "'",
                  "see: relayburn --help");
    if (app.get_subcommands().empty())
      throw Error(ErrorKind::Usage, error.what(), "see: relayburn --help");
    const std::string command = app.get_subcommands().front()->get_name();
    throw Error(ErrorKind::Usage, command + ": " + error.what(),
                "see: relayburn " + command + " --help");
  }
  // Without a command it is the overview.
  if (app.get_subcommands().empty()) show_period(subs.overview, {});
  line.command = tree.chosen(subs);
  return line;
}

}  // namespace relayburn
