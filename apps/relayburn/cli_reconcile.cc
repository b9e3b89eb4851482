#include "apps/relayburn/cli_reconcile.h"

#include <CLI/CLI.hpp>

namespace relayburn {
namespace {

void add_list(CLI::App& sub, const std::string& flag, std::vector<std::string>& values,
              const std::string& type, const std::string& text) {
  sub.add_option(flag, values, text + " (repeatable)")
      ->type_name(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_filters(CLI::App& sub, ReconcileCommand& command) {
  add_list(sub, "--source", command.source, "AGENT", "only claude-code, codex or opencode");
  add_list(sub, "--model", command.model, "MODEL", "only this model");
  add_list(sub, "--provider", command.provider, "PROVIDER", "only this provider");
  add_list(sub, "--project", command.project, "PROJECT", "only this remote or directory");
  add_list(sub, "--session", command.session, "ID", "only this session");
  add_list(sub, "--host", command.host, "LABEL", "only sessions of this host");
  add_list(sub, "--tag", command.tag, "KEY=VALUE", "only turns with this tag");
}

}  // namespace

CLI::App* add_reconcile(CLI::App& app, CommonOptions& common, ReconcileCommand& command) {
  CLI::App* sub = app.add_subcommand(
      "reconcile", "Set what is logged beside what agents state and what was billed");
  sub->add_option("--by", command.by, "a row for each model (default), day, session or project")
      ->type_name("DIM")
      ->check(CLI::IsMember({"session", "day", "model", "project"}));
  sub->add_option("--since", command.since,
                  "from this time on, as analyze takes it: 2026-11-22, month, 7d; with reports, "
                  "from that day of UTC on, and by default from their first day")
      ->type_name("T");
  sub->add_option("--until", command.until,
                  "before this time; with reports, by default to the end of their last day")
      ->type_name("T");
  sub->add_option_function<std::string>(
         "--timezone", [&common](const std::string& zone) { common.settings["timezone"] = zone; },
         "IANA zone that days are cut in; with reports it is UTC")
      ->type_name("ZONE");
  add_list(*sub, "--usage-report", command.reports, "FILE",
           "a report of Anthropic or OpenAI: costs or usage, JSON of the admin API (pages one "
           "after the other, or in an array) or CSV of the console; of the filters only "
           "--provider goes with it");
  sub->add_option("--min-coverage", command.min_coverage,
                  "exit 7 where the coverage of the total is less, or is not known: 90%, or 0.9")
      ->type_name("P");
  add_filters(*sub, command);
  sub->add_flag("--json", command.prints_json, "print it as JSON");
  return sub;
}

}  // namespace relayburn
