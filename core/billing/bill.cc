#include "core/billing/bill.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

std::string content_name(ReportContent content) {
  return content == ReportContent::Costs ? "costs" : "usage";
}

[[noreturn]] void throw_twice(const std::string& what, const std::string& first,
                              const std::string& second) {
  const std::string where =
      first == second ? "more than once in " + first : "both in " + first + " and in " + second;
  throw Error(ErrorKind::Usage, what + " are " + where,
              "give each day once; reconcile the accounts of several organizations one by one");
}

}  // namespace

Bill::Bill(std::vector<ProviderReport> reports) : reports_(std::move(reports)) {
  check_days();
  for (const ProviderReport& report : reports_) {
    const Scope scope{report.content, report.provider};
    for (const auto& [day, us] : report.covered_us) covered_.insert({scope, day});
    for (const auto& [item, amount] : report.lines)
      if (item.model) with_models_.insert(scope);
  }
}

void Bill::check_days() const {
  struct Covered {
    int64_t us = 0;
    const std::string* file = nullptr;
  };
  std::map<std::pair<Scope, UtcDay>, Covered> days;
  for (const ProviderReport& report : reports_) {
    if (report.content == ReportContent::Nothing) continue;
    for (const auto& [day, us] : report.covered_us) {
      Covered& covered = days[{{report.content, report.provider}, day}];
      const std::string& first = covered.file == nullptr ? report.file : *covered.file;
      covered.us += us;
      if (covered.us > kDayUs)
        throw_twice("the " + content_name(report.content) + " of " + report.provider + " on " +
                        day_name(day),
                    first, report.file);
      covered.file = &report.file;
    }
  }
  for (const auto& [key, covered] : days)
    if (covered.us < kDayUs)
      throw Error(ErrorKind::Usage,
                  *covered.file + ": holds only a part of " + day_name(key.second) + " (UTC)",
                  "ask the API for whole days: bucket_width=1d");
}

std::optional<std::pair<UtcDay, UtcDay>> Bill::days() const {
  std::optional<std::pair<UtcDay, UtcDay>> days;
  for (const ProviderReport& report : reports_) {
    if (report.covered_us.empty()) continue;
    const UtcDay first = report.covered_us.begin()->first;
    const UtcDay last = report.covered_us.rbegin()->first;
    days = days ? std::pair(std::min(days->first, first), std::max(days->second, last))
                : std::pair(first, last);
  }
  return days;
}

bool Bill::covers(ReportContent content, const std::string& provider, UtcDay day) const {
  return covered_.count({{content, provider}, day}) > 0;
}

bool Bill::names_models(ReportContent content, const std::string& provider) const {
  return with_models_.count({content, provider}) > 0;
}

std::vector<std::string> Bill::warnings() const {
  std::vector<std::string> warnings;
  std::map<Scope, const ProviderReport*> unfinished;
  for (const ProviderReport& report : reports_) {
    if (report.content == ReportContent::Nothing)
      warnings.push_back(report.file + ": holds nothing, neither costs nor usage");
    if (report.has_more) unfinished[{report.content, report.provider}] = &report;
  }
  for (const ProviderReport& report : reports_)
    if (!report.has_more) unfinished.erase({report.content, report.provider});
  for (const auto& [scope, report] : unfinished)
    warnings.push_back(report->file + ": says that more pages follow, and they were not given");
  return warnings;
}

}  // namespace relayburn
