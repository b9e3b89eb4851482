#include <algorithm>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
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

ReportQuery report_query(const AnalyzeCommand& command, const Zone& zone) {
  ReportQuery query;
  for (const std::string& by : command.by) query.tables.push_back(parse_table(by));
  if (query.tables.empty()) query.tables.push_back(parse_table("model"));
  const Instant present = now();
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
  return query;
}

}  // namespace

int run(const AnalyzeCommand& command, const Session& session) {
  const std::optional<std::string> zone_name = session.settings.timezone();
  const Zone zone = zone_name ? Zone::named(*zone_name) : Zone::of_system();
  const ReportQuery query = report_query(command, zone);
  const int ingest_code = command.ingests ? ingest_before(session) : kDone;
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  UsageReport report = build_report(query, *ledger.snapshot(), PriceTable::embedded(), zone);
  report.storage = ledger.storage();
  return print_and_return(command.prints_json ? render_json(report) : render_text(report),
                          ingest_code);
}

}  // namespace relayburn
