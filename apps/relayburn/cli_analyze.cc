#include "apps/relayburn/cli_analyze.h"

#include <CLI/CLI.hpp>

namespace relayburn {
namespace {

void add_zone(CLI::App& sub, CommonOptions& common) {
  sub.add_option_function<std::string>(
         "--timezone", [&common](const std::string& zone) { common.settings["timezone"] = zone; },
         "IANA zone that days are cut in")
      ->type_name("ZONE");
}

void add_filters(CLI::App& sub, AnalyzeCommand& command) {
  const auto filter = [&](const std::string& flag, std::vector<std::string>& values,
                          const std::string& type, const std::string& text) {
    sub.add_option(flag, values, text + " (repeatable)")
        ->type_name(type)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  filter("--source", command.source, "AGENT", "only claude-code, codex or opencode");
  filter("--model", command.model, "MODEL",
         "only this model: its name, the beginning of it, or a pattern with *");
  filter("--provider", command.provider, "PROVIDER", "only this provider");
  filter("--project", command.project, "PROJECT",
         "only this remote or directory: all of it, its last part, the beginning, or a pattern");
  filter("--session", command.session, "ID", "only this session; the beginning of its id will do");
  filter("--host", command.host, "LABEL", "only sessions of this host");
  filter("--user", command.user, "USER", "only sessions of hosts that are called USER@HOST");
  filter("--branch", command.branch, "BRANCH", "only this branch");
  filter("--agent", command.agent, "TYPE", "only subagents of this type");
  filter("--activity", command.activity, "ACTIVITY", "only this activity");
  filter("--tool", command.tool, "TOOL", "only what calls of this tool have of each turn");
  filter("--tag", command.tag, "KEY=VALUE", "only turns with this tag");
}

// One of them at most.
void add_formats(CLI::App& sub, AnalyzeCommand& command) {
  std::vector<CLI::Option*> formats;
  const auto add = [&](CLI::Option* option) {
    for (CLI::Option* other : formats) option->excludes(other);
    formats.push_back(option);
  };
  const auto format = [&](const std::string& flag, ReportFormat value, const std::string& text) {
    const auto choose = [&command, value] { command.format = value; };
    add(sub.add_flag_callback(flag, choose, text));
  };
  const auto file = [&](const std::string& flag, ReportFormat value, const std::string& text) {
    const auto choose = [&command, value, flag](const std::string& name) {
      if (name.empty()) throw CLI::ValidationError(flag, "the name of the file is empty");
      command.format = value;
      command.file = name;
    };
    add(sub.add_option_function<std::string>(flag, choose, text)->type_name("FILE"));
  };
  format("--json", ReportFormat::Json, "print the report as JSON");
  format("--csv", ReportFormat::Csv, "print one table as CSV (RFC 4180)");
  format("--markdown", ReportFormat::Markdown, "print the tables as Markdown");
  file("--html", ReportFormat::Html, "write a page with charts that needs no network; - is stdout");
  file("--prometheus", ReportFormat::Prometheus,
       "write metrics for node_exporter's textfile collector; - is stdout");
}

// "relayburn today": the overview of a period, after an ingest.
void add_overview(CLI::App& app, CommonOptions& common, AnalyzeCommand& command, const char* name,
                  const char* text) {
  CLI::App* sub = app.add_subcommand(name, text);
  add_formats(*sub, command);
  add_zone(*sub, common);
  add_filters(*sub, command);
  sub->callback([&command, name] { show_period(command, name); });
}

}  // namespace

CLI::App* add_analyze(CLI::App& app, CommonOptions& common, AnalyzeCommand& command) {
  CLI::App* sub = app.add_subcommand("analyze", "Report turns, tokens and cost from the ledger");
  add_formats(*sub, command);
  sub->add_option(
         "--by", command.by,
         "a table by DIM, or by several joined with commas (repeatable): model provider "
         "source project session host user day week month hour agent tool activity branch tag:KEY")
      ->type_name("DIM[,DIM...]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  sub->add_option("--since", command.since,
                  "from this time on: 2026-11-22, 2026-11, an RFC 3339 instant, today, yesterday, "
                  "week, last-week, month, last-month, or a span: 90m 24h, 7d (today and the six "
                  "days before), 4w 3mo 1y")
      ->type_name("T");
  sub->add_option("--until", command.until, "before this time; a word is when its period begins")
      ->type_name("T");
  add_zone(*sub, common);
  add_filters(*sub, command);
  sub->add_option("--sort", command.sort,
                  "cost, tokens, turns or name; by default times are in order, and others by cost")
      ->check(CLI::IsMember({"cost", "tokens", "turns", "name"}))
      ->type_name("KEY");
  sub->add_option("--top", command.top,
                  "fold all but the N greatest rows into one; of times, all but the latest")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000).description(""));
  sub->add_option_function<std::string>(
         "--compare", [&command](const std::string&) { command.compares_previous = true; },
         "previous: beside the equally long period before --since; a calendar month beside the "
         "same days of the month before")
      ->check(CLI::IsMember({"previous"}))
      ->type_name("PERIOD");
  sub->add_option("--budget", command.budget,
                  "say what is spent of AMOUNT US dollars in this day, week or month of the zone "
                  "(with --until, in the one that ends or is under way there; --since and tables "
                  "do not matter), and what that comes to by its end; exit 6 where it is over")
      ->type_name("AMOUNT/PERIOD");
  sub->add_flag("--audit", command.audits, "show the sum: at each price, tokens times rate");
  sub->add_flag("--ingest", command.ingests, "ingest first");
  return sub;
}

// Reads what is new first. Yesterday is the one period that is over.
void show_period(AnalyzeCommand& command, std::string_view period) {
  command.ingests = command.is_brief = true;
  if (!period.empty()) command.since = period;
  if (period == "yesterday") command.until = "today";
}

void add_overviews(CLI::App& app, CommonOptions& common, AnalyzeCommand& command) {
  add_overview(app, common, command, "today", "Ingest, then show the overview of today");
  add_overview(app, common, command, "yesterday", "The same of yesterday");
  add_overview(app, common, command, "week", "The same of this week, from Monday");
  add_overview(app, common, command, "month", "The same of this month");
}

}  // namespace relayburn
