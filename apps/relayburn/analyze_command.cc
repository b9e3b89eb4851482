#include <unistd.h>

#include <algorithm>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/price_file.h"
#include "apps/relayburn/report_file.h"
#include "apps/relayburn/report_options.h"
#include "apps/relayburn/source_environment.h"
#include "core/base/error.h"
#include "core/base/terminal_text.h"
#include "core/ingest/discover.h"
#include "core/ledger/known_hosts.h"
#include "core/ledger/ledger.h"
#include "core/reconcile/reconcile.h"
#include "core/report/build/budget.h"
#include "core/report/build/calendar.h"
#include "core/report/build/filter_names.h"
#include "core/report/build/report.h"
#include "core/report/render/render.h"
#include "core/report/render/render_audit.h"
#include "core/report/render/render_budget.h"

namespace relayburn {
namespace {

std::vector<Dimension> parse_table(std::string_view list) {
  std::vector<Dimension> dimensions;
  while (true) {
    const size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    for (const Dimension& other : dimensions)
      if (other.name == name)
        throw Error(ErrorKind::Usage, "--by: '" + std::string(name) + "' is there twice");
    dimensions.push_back(parse_dimension(name));
    if (comma == std::string_view::npos) return dimensions;
    list.remove_prefix(comma + 1);
  }
}

std::optional<SortBy> parse_sort(const std::optional<std::string>& sort) {
  if (!sort) return std::nullopt;
  if (*sort == "tokens") return SortBy::Tokens;
  if (*sort == "turns") return SortBy::Turns;
  return *sort == "name" ? SortBy::Name : SortBy::Cost;
}

// True of "month", "last-month" and "2026-11".
bool names_month(std::string_view since) {
  constexpr size_t month_size = 7;
  return since.ends_with("month") || (since.size() == month_size && since[4] == '-');
}

// Returns a period as long before `since` as `until` lies after it; of a calendar month, the same
// days of the month before.
std::pair<Instant, Instant> period_before(Instant since, Instant until, bool is_month,
                                          const Zone& zone) {
  const Instant a_month_before = zone.months_before(until, 1);
  const bool is_whole_month = a_month_before == since && zone.start_of_month(since) == since;
  if ((is_month && a_month_before <= since) || is_whole_month)
    return {zone.months_before(since, 1), a_month_before};
  return {{since.us - (until.us - since.us)}, since};
}

void compare_previous(ReportQuery& query, bool is_month, const Zone& zone, Instant present) {
  if (!query.since)
    throw Error(ErrorKind::Usage, "--compare previous: nothing says how long the period is",
                "give --since");
  if (!query.until) query.until = present;
  if (*query.since >= *query.until)
    throw Error(ErrorKind::Usage, "--compare previous: the period ends before it begins",
                "--since must lie before --until, or before now");
  query.previous = period_before(*query.since, *query.until, is_month, zone);
}

void check_format(const AnalyzeCommand& command) {
  if (command.audits && !command.tool.empty())
    throw Error(ErrorKind::Usage, "--audit prices whole turns, and --tool asks for parts of them",
                "leave one of them away");
  if (command.audits && command.format != ReportFormat::Text &&
      command.format != ReportFormat::Json)
    throw Error(ErrorKind::Usage, "--audit is for people and for --json",
                "leave the other format away");
  if (command.compares_previous && !command.file.empty())
    throw Error(ErrorKind::Usage, "--compare shows nothing in --html and --prometheus",
                "leave it away, or print tables");

  if (command.format == ReportFormat::Csv && command.by.size() > 1)
    throw Error(ErrorKind::Usage, "--csv holds one table, and --by asks for more",
                "run it once for each, or join the dimensions of one table with commas");
}

// People who ask for nothing in particular get the overview; scripts get the table by model.
bool is_overview(const AnalyzeCommand& command) {
  return command.format == ReportFormat::Text && command.by.empty() && !command.compares_previous &&
         !command.audits;
}

// The formats that have a line for what agents state of their sessions.
bool shows_stated_costs(const AnalyzeCommand& command) {
  return is_overview(command) || command.format == ReportFormat::Html;
}

std::vector<std::string> wanted_tables(const AnalyzeCommand& command) {
  if (is_overview(command)) return {"day", "model", "project", "host"};
  if (command.format != ReportFormat::Html)
    return command.by.empty() ? std::vector<std::string>{"model"} : command.by;
  std::vector<std::string> tables = html_tables();
  const std::vector<std::string> shown =
      command.by.empty() ? std::vector<std::string>{"model", "project", "day"} : command.by;
  tables.insert(tables.end(), shown.begin(), shown.end());
  return tables;
}

// What charts fold, they fold themselves, and never days.
bool folds_rows(const AnalyzeCommand& command) {
  return !is_overview(command) && command.format != ReportFormat::Html;
}

ReportQuery report_query(const AnalyzeCommand& command, const Zone& zone, Instant present) {
  ReportQuery query;
  for (const std::string& by : wanted_tables(command)) query.tables.push_back(parse_table(by));
  if (command.since) query.since = parse_period_bound(*command.since, zone, present, "--since");
  if (command.until) query.until = parse_period_bound(*command.until, zone, present, "--until");
  query.filters = {parse_sources(command.source),
                   command.model,
                   command.provider,
                   command.project,
                   command.session,
                   command.host,
                   command.user,
                   command.branch,
                   command.agent,
                   command.activity,
                   command.tool,
                   parse_tags(command.tag)};
  query.sort = parse_sort(command.sort);
  if (folds_rows(command)) query.top = command.top;
  query.audits = command.audits;
  if (command.compares_previous)
    compare_previous(query, command.since && names_month(*command.since), zone, present);
  return query;
}

// The moment that a budget is looked at from.
Instant budget_moment(const ReportQuery& query, Instant present) {
  return query.until ? std::min(*query.until, present) : present;
}

// What stands below the tables.
std::string notes_text(const UsageReport& report) {
  std::string text;
  if (report.query.audits) text += render_audit_text(report);
  if (report.budget) text += "\n" + render_budget_text(*report.budget);
  return text;
}

TerminalStyle terminal_style(const AnalyzeCommand& command, const Settings& settings) {
  TerminalStyle style;
  style.width = screen_width().value_or(style.width);
  style.height = static_cast<size_t>(terminal_size(STDOUT_FILENO).rows);
  style.has_colour = takes_colour(STDOUT_FILENO) && !settings.is_quiet();
  style.top = command.top;
  return style;
}

// What reports are made with, beside the ledger.
struct ReportClock {
  Zone zone;
  Instant present;
};

void add_headline(UsageReport& report, const ReportFilters& filters, const ReportClock& around,
                  Snapshot& snapshot, const PriceTable& prices) {
  std::optional<Instant> newest;
  const std::vector<KnownHost> hosts = known_hosts(snapshot);
  for (const KnownHost& host : hosts) newest = std::max(newest, host.last_ingest);
  report.headline =
      make_headline(filters, around.present, newest, static_cast<int64_t>(hosts.size()), snapshot,
                    prices, around.zone);
}

// Says where the logs of agents are looked for, if there is nothing to show.
std::string no_logs_text(const CommandContext& session) {
  const SourceEnvironment environment = source_environment(session.settings);
  const Discovery found = discover_logs(all_sources(), environment);
  if (!found.logs.empty())
    return with_thousands(static_cast<int64_t>(found.logs.size())) +
           (found.logs.size() == 1 ? " log is" : " logs are") +
           " on this host. To read what is new: relayburn ingest\n";
  std::string text = "No log of a coding agent is on this host. Looked in:\n";
  for (const Source* source : all_sources())
    for (const std::string& root : source->roots(environment))
      text += "  " + printable(root) + "\n";
  return text + "To read logs that are elsewhere: relayburn ingest --path DIR\n";
}

// Elsewhere it is said on stderr.
bool shows_budget(ReportFormat format) {
  return format == ReportFormat::Text || format == ReportFormat::Json ||
         format == ReportFormat::Markdown;
}

std::string rendered(const UsageReport& report, const AnalyzeCommand& command,
                     const ReportClock& around, const Settings& settings) {
  constexpr int kRecentDays = 14;
  switch (command.format) {
    case ReportFormat::Json:
      return render_json(report);
    case ReportFormat::Csv:
      return render_csv(report);
    case ReportFormat::Markdown:
      return render_markdown(report);
    case ReportFormat::Html:
      return render_html(report, charted_days(report.query, report.tables.front(), around.zone));
    case ReportFormat::Prometheus:
      return render_prometheus(report);
    case ReportFormat::Text:
      break;
  }
  // Lines of a pipe are as wide as they are.
  const auto width = is_terminal(STDOUT_FILENO) ? screen_width() : std::nullopt;
  if (!is_overview(command)) return render_text(report, width) + notes_text(report);
  const auto days =
      recent_days(report.query, report.tables.front(), around.zone, around.present, kRecentDays);
  return render_overview(report, days, terminal_style(command, settings)) + notes_text(report);
}

// Labels of metrics hold names as they are; a terminal would obey them.
std::string safe_to_show(const std::string& text, ReportFormat format) {
  const bool is_raw = format == ReportFormat::Prometheus && is_terminal(STDOUT_FILENO);
  return is_raw ? printable_lines(text) : text;
}

}  // namespace

int run(const AnalyzeCommand& command, const CommandContext& session) {
  check_format(command);
  const std::optional<std::string> zone_name = session.settings.timezone();
  const ReportClock around{zone_name ? Zone::named(*zone_name) : Zone::of_system(), now()};
  ReportQuery query = report_query(command, around.zone, around.present);
  const std::optional<Budget> budget =
      command.budget ? std::optional(parse_budget(*command.budget)) : std::nullopt;
  static_cast<void>(
      load_prices(session.settings, around.present));  // a broken prices.json stops before any work
  const int ingest_code = command.ingests ? ingest_before(session, command.is_brief) : kDone;
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  resolve_filters(query, *snapshot);
  const LoadedPrices loaded =
      load_prices(session.settings, *snapshot,
                  std::min(query.until.value_or(around.present), around.present), session.log);
  const PriceTable& prices = loaded.table;
  UsageReport report = build_report(query, *snapshot, prices, around.zone);
  report.price_source = loaded.source;
  report.storage = ledger.storage();
  if (is_overview(command)) add_headline(report, query.filters, around, *snapshot, prices);
  if (shows_stated_costs(command) && command.tool.empty())
    report.stated = compare_stated_costs(query, *snapshot, prices, around.zone);
  if (budget)
    report.budget = check_budget(*budget, query.filters, budget_moment(query, around.present),
                                 *snapshot, prices, around.zone);
  const int budget_code = report.budget && report.budget->is_over() ? kOverBudget : kDone;
  const int code = std::max(ingest_code, budget_code);
  if (report.budget && !shows_budget(command.format))
    print_error(render_budget_text(*report.budget));
  std::string text = rendered(report, command, around, session.settings);
  if (is_overview(command) && report.totals.sums.turns == 0 && snapshot->count(Kind::Turn) == 0)
    text += no_logs_text(session);
  if (command.file.empty() || command.file == "-")
    return print_and_return(safe_to_show(text, command.format), code);
  // The user of node_exporter is another one.
  write_report_file(
      command.file, text,
      command.format == ReportFormat::Prometheus ? ReportReaders::Everybody : ReportReaders::Owner);
  return code;
}

}  // namespace relayburn
