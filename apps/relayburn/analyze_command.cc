#include <algorithm>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/price_file.h"
#include "core/base/error.h"
#include "core/report/budget.h"
#include "core/report/render_audit.h"
#include "core/report/render_budget.h"
#include "core/report/report.h"
#include "core/storage/ledger.h"

namespace relayburn {
namespace {

std::vector<Dimension> parse_table(std::string_view list) {
  std::vector<Dimension> dimensions;
  while (true) {
    const size_t comma = list.find(',');
    dimensions.push_back(parse_dimension(list.substr(0, comma)));
    if (comma == std::string_view::npos) return dimensions;
    list.remove_prefix(comma + 1);
  }
}

std::vector<std::pair<std::string, std::string>> parse_tags(const std::vector<std::string>& tags) {
  std::vector<std::pair<std::string, std::string>> parsed;
  for (const std::string& tag : tags) {
    const size_t equals = tag.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(ErrorKind::Usage, "--tag: '" + tag + "' is not of the form KEY=VALUE");
    parsed.emplace_back(tag.substr(0, equals), tag.substr(equals + 1));
  }
  return parsed;
}

std::vector<std::string> parse_sources(const std::vector<std::string>& names) {
  std::vector<std::string> sources;
  for (const std::string& name : names) {
    if (name != "claude" && name != "claude-code" && name != "codex" && name != "opencode")
      throw Error(ErrorKind::Usage, "--source: there is no agent '" + name + "'",
                  "there are: claude-code codex opencode");
    sources.push_back(name == "claude" ? "claude-code" : name);
  }
  return sources;
}

SortBy parse_sort(const std::string& sort) {
  if (sort == "tokens") return SortBy::Tokens;
  if (sort == "turns") return SortBy::Turns;
  return sort == "name" ? SortBy::Name : SortBy::Cost;
}

void compare_previous(ReportQuery& query, Instant present) {
  if (!query.since)
    throw Error(ErrorKind::Usage, "--compare previous: nothing says how long the period is",
                "give --since");
  if (!query.until) query.until = present;
  if (*query.since >= *query.until)
    throw Error(ErrorKind::Usage, "--compare previous: the period ends before it begins",
                "--since must lie before --until, or before now");
  query.compares_previous = true;
}

ReportQuery report_query(const AnalyzeCommand& command, const Zone& zone, Instant present) {
  ReportQuery query;
  for (const std::string& by : command.by) query.tables.push_back(parse_table(by));
  if (query.tables.empty()) query.tables.push_back(parse_table("model"));
  if (command.since) query.since = parse_time_bound(*command.since, zone, present, "--since");
  if (command.until) query.until = parse_time_bound(*command.until, zone, present, "--until");
  query.filters = {parse_sources(command.source),
                   command.model,
                   command.provider,
                   command.project,
                   command.session,
                   command.host,
                   parse_tags(command.tag)};
  query.sort = parse_sort(command.sort);
  query.top = command.top;
  query.audits = command.audits;
  if (command.compares_previous) compare_previous(query, present);
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

}  // namespace

int run(const AnalyzeCommand& command, const Session& session) {
  const std::optional<std::string> zone_name = session.settings.timezone();
  const Zone zone = zone_name ? Zone::named(*zone_name) : Zone::of_system();
  const Instant present = now();
  const ReportQuery query = report_query(command, zone, present);
  const std::optional<Budget> budget =
      command.budget ? std::optional(parse_budget(*command.budget)) : std::nullopt;
  const PriceTable prices = load_prices(session.settings);
  const int ingest_code = command.ingests ? ingest_before(session) : kDone;
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  UsageReport report = build_report(query, *snapshot, prices, zone);
  report.storage = ledger.storage();
  if (budget)
    report.budget = check_budget(*budget, query.filters, budget_moment(query, present), *snapshot,
                                 prices, zone);
  const int budget_code = report.budget && report.budget->is_over() ? kOverBudget : kDone;
  const std::string text =
      command.prints_json ? render_json(report) : render_text(report) + notes_text(report);
  return print_and_return(text, std::max(ingest_code, budget_code));
}

}  // namespace relayburn
