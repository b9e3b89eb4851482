#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/price_file.h"
#include "apps/relayburn/report_options.h"
#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/ledger/ledger.h"
#include "core/pricing/decimal.h"
#include "core/reconcile/render_reconcile.h"
#include "core/report/build/filter_names.h"

namespace relayburn {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

// Any file that can be read from its start to its end, a pipe too. Never more than a byte over the
// bound is read.
std::string read_report(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  char chunk[65'536];
  while (file && bytes.size() <= kMaxReportBytes) {
    file.read(chunk, sizeof chunk);
    bytes.append(chunk, static_cast<size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad())
    throw Error(ErrorKind::Usage, "cannot read --usage-report " + path + ": " +
                                      std::strerror(errno == 0 ? EIO : errno));
  return bytes;
}

Bill read_bill(const std::vector<std::string>& paths) {
  std::vector<ProviderReport> reports;
  for (const std::string& path : paths)
    reports.push_back(parse_provider_report(read_report(path), storable(path)));
  return Bill(std::move(reports));
}

// "90%" and "90 %" are a percentage, "0.9" is a fraction; a number above 1 can only be a
// percentage.
MinCoverage parse_min_coverage(const std::string& text) {
  constexpr int kPercentDecimals = 4;  // of a percentage in millionths
  constexpr int64_t kAll = 1'000'000;
  std::string_view number = text;
  const bool has_sign = number.ends_with('%');
  if (has_sign) number.remove_suffix(1);
  while (has_sign && number.ends_with(' ')) number.remove_suffix(1);
  const auto percent = scaled_decimal(number, kPercentDecimals);
  const auto fraction = scaled_decimal(number, kPercentDecimals + 2);
  const auto millionths = has_sign || (fraction && *fraction > kAll) ? percent : fraction;
  if (!millionths || *millionths > kAll)
    throw Error(ErrorKind::Usage, "--min-coverage: '" + text + "' is no share of the total",
                "give a percentage such as 90%, or a fraction such as 0.9");
  return {*millionths};
}

void check_filters(const ReconcileCommand& command) {
  if (command.reports.empty()) return;
  const std::pair<const char*, const std::vector<std::string>&> filters[] = {
      {"--source", command.source},   {"--model", command.model}, {"--project", command.project},
      {"--session", command.session}, {"--host", command.host},   {"--tag", command.tag}};
  for (const auto& [flag, values] : filters)
    if (!values.empty())
      throw Error(ErrorKind::Usage,
                  std::string("--usage-report excludes ") + flag +
                      ": a bill is of all that its account used",
                  "of the filters only --provider can go with it");
}

Instant day_start(Instant instant) { return start_of(utc_day(instant)); }
// The midnight that ends the day of the last moment before `until`.
Instant day_end(Instant until) { return start_of(utc_day(Instant{until.us - 1}) + 1); }

// A report holds whole days. Without bounds the period is that of the reports.
void set_period(ReportQuery& query, const Bill& bill) {
  const auto days = bill.days();
  if (query.since) query.since = day_start(*query.since);
  if (query.until) query.until = day_end(*query.until);
  if (days && !query.since) query.since = start_of(days->first);
  if (days && !query.until) query.until = Instant{start_of(days->second).us + kDayUs};
}

ReportQuery report_query(const ReconcileCommand& command, const Zone& zone, Instant present,
                         const Bill& bill) {
  ReportQuery query;
  query.tables = {{parse_dimension(command.by)}};
  if (command.since) query.since = parse_period_bound(*command.since, zone, present, "--since");
  if (command.until) query.until = parse_period_bound(*command.until, zone, present, "--until");
  query.filters.source = parse_sources(command.source);
  query.filters.model = command.model;
  query.filters.provider = command.provider;
  query.filters.project = command.project;
  query.filters.session = command.session;
  query.filters.host = command.host;
  query.filters.tag = parse_tags(command.tag);
  if (!bill.is_empty()) set_period(query, bill);
  return query;
}

Zone zone_of(const Bill& bill, const Settings& settings) {
  if (!bill.is_empty()) return Zone::named("UTC");
  const std::optional<std::string> name = settings.timezone();
  return name ? Zone::named(*name) : Zone::of_system();
}

}  // namespace

int run(const ReconcileCommand& command, const CommandContext& session) {
  check_filters(command);
  const auto wanted = command.min_coverage
                          ? std::optional(parse_min_coverage(*command.min_coverage))
                          : std::nullopt;
  const Bill bill = read_bill(command.reports);
  const Zone zone = zone_of(bill, session.settings);
  ReportQuery query = report_query(command, zone, now(), bill);
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  // A provider may have billed what no log shows.
  if (bill.is_empty()) resolve_filters(query, *snapshot);
  const LoadedPrices prices =
      load_prices(session.settings, *snapshot, query.until.value_or(now()), session.log);
  Reconciliation result = reconcile(query, bill, *snapshot, prices.table, zone);
  result.price_source = prices.source;
  result.storage = ledger.storage();
  for (const std::string& warning : bill.warnings()) session.log.write(LogLevel::Warning, warning);
  const bool is_met = !wanted || holds(*wanted, result.totals);
  if (!is_met) session.log.write(LogLevel::Error, unmet_text(*wanted, result.totals));
  const auto width = is_terminal(STDOUT_FILENO) ? screen_width() : std::nullopt;
  return print_and_return(command.prints_json ? render_reconcile_json(result, bill, wanted)
                                              : render_reconcile_text(result, bill, width),
                          is_met ? kDone : kCheckFailed);
}

}  // namespace relayburn
