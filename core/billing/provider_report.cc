#include "core/billing/provider_report.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/json_padding.h"
#include "core/base/utf8.h"
#include "core/billing/anthropic_report.h"
#include "core/billing/openai_report.h"
#include "core/billing/report_csv.h"
#include "core/billing/report_json.h"

namespace relayburn {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;
constexpr int64_t kYear10000Us = int64_t{253'402'300'800} * 1'000'000;
constexpr UtcDay kMaxDays = 3'700;  // ten years
constexpr const char* kKnownForms =
    "a usage or cost report of Anthropic or OpenAI, as JSON or CSV (relayburn reconcile --help)";

class ProviderReportReader {
 public:
  explicit ProviderReportReader(const ReportText& text) : text_(text) { report_.file = text.name; }

  ProviderReport read() {
    const size_t first = text_.text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) text_.fail(0, std::string("expected ") + kKnownForms);
    if (text_.text[first] == '{' || text_.text[first] == '[') {
      report_.has_more =
          read_json_report(text_, [&](const ReportBucket& bucket) { add_bucket(bucket); });
    } else {
      read_csv_report(
          text_, [&](const std::vector<std::string>& columns) { choose_form(columns); },
          [&](const ReportFields& row) { add_row(row); });
      cover_rows();
    }
    check_days();
    return std::move(report_);
  }

 private:
  // ---- JSON

  void add_bucket(const ReportBucket& json) {
    const bool is_anthropic = is_anthropic_bucket(json.bounds);
    if (!is_anthropic && !is_openai_bucket(json.bounds))
      json.bounds.fail(std::string("expected a bucket of ") + kKnownForms);
    const Bucket bucket = is_anthropic ? anthropic_bucket(json.bounds) : openai_bucket(json.bounds);
    check_bucket(bucket, json.bounds);
    report_.covered_us[utc_day(bucket.start)] += bucket.end.us - bucket.start.us;
    for (const ReportFields& result : json.results) {
      const JsonForm& form = form_of(result, is_anthropic ? kAnthropicJsonForms : kOpenAiJsonForms);
      state_form(form.provider, form.content, result);
      add_line(bucket, form.read(result));
    }
    if (json.results.empty()) report_.provider = is_anthropic ? "anthropic" : "openai";
  }

  static const JsonForm& form_of(const ReportFields& result, const std::array<JsonForm, 2>& forms) {
    for (const JsonForm& form : forms)
      if (form.matches(result)) return form;
    result.fail(
        "expected a result of a cost report, or of a usage report of messages or completions");
  }

  // One file is one report: what lies in another file may be another account's.
  void state_form(const char* provider, ReportContent content, const ReportFields& result) {
    const bool is_first = report_.content == ReportContent::Nothing;
    if (!is_first && (report_.provider != provider || report_.content != content))
      result.fail("expected a result of the same report as those before it");
    report_.provider = provider;
    report_.content = content;
  }

  // ---- CSV

  void choose_form(const std::vector<std::string>& columns) {
    const std::set<std::string> there(columns.begin(), columns.end());
    for (const auto* forms : {&kAnthropicCsvForms, &kOpenAiCsvForms})
      for (const CsvForm& form : *forms)
        if (std::includes(there.begin(), there.end(), form.columns.begin(), form.columns.end()))
          csv_ = &form;
    if (csv_ == nullptr)
      text_.fail(0, std::string("expected ") + kKnownForms +
                        "; the columns are: " + shown_columns(columns));
    report_.provider = csv_->provider;
    report_.content = csv_->content;
  }

  static std::string shown_columns(const std::vector<std::string>& columns) {
    std::string names;
    for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + column;
    return shown_value(names);
  }

  void add_row(const ReportFields& row) {
    const Bucket bucket = csv_->bucket(row);
    check_bucket(bucket, row);
    // Many rows are of one bucket.
    rows_.insert({bucket.start, bucket.end});
    if (!csv_->is_empty(row)) add_line(bucket, csv_->read(row));
  }

  void cover_rows() {
    for (const auto& [start, end] : rows_) report_.covered_us[utc_day(start)] += end.us - start.us;
    if (!csv_->leaves_days_out || rows_.empty()) return;
    const UtcDay first = report_.covered_us.begin()->first;
    const UtcDay last = report_.covered_us.rbegin()->first;
    check_days();
    for (UtcDay day = first; day <= last; ++day) report_.covered_us[day] = kDayUs;
  }

  // ---- both

  void check_bucket(const Bucket& bucket, const ReportFields& bounds) const {
    if (bucket.end.us > kYear10000Us) bounds.fail("expected a time before the year 10000");
    if (bucket.end <= bucket.start) bounds.fail("expected the bucket to end after it begins");
    if (utc_day(Instant{bucket.end.us - 1}) != utc_day(bucket.start))
      bounds.fail("expected a bucket that lies within one day of UTC");
  }

  void check_days() const {
    if (report_.covered_us.empty()) return;
    const UtcDay days = report_.covered_us.rbegin()->first - report_.covered_us.begin()->first;
    if (days >= kMaxDays) text_.fail(0, "expected a report of ten years at most");
  }

  void add_line(const Bucket& bucket, BilledLine line) {
    line.item.day = utc_day(bucket.start);
    report_.lines[line.item] += line.amount;
  }

  const ReportText& text_;
  ProviderReport report_;
  const CsvForm* csv_ = nullptr;
  std::set<std::pair<Instant, Instant>> rows_;
};

// The first line that is not text, for a message.
size_t broken_offset(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (!is_storable(text.substr(begin, end - begin))) return begin;
    begin = end + 1;
  }
  return 0;
}

}  // namespace

UtcDay utc_day(Instant instant) { return instant.us / kDayUs - (instant.us % kDayUs < 0 ? 1 : 0); }

Instant start_of(UtcDay day) { return Instant{day * kDayUs}; }

std::string day_name(UtcDay day) { return format_instant(start_of(day)).substr(0, 10); }

std::map<BilledAccount, BilledAmount> sum_by_account(const ProviderReport& report) {
  std::map<BilledAccount, BilledAmount> sums;
  for (const auto& [item, amount] : report.lines)
    sums[{item.workspace, item.project, item.api_key}] += amount;
  return sums;
}

ProviderReport parse_provider_report(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string padded(text);
  padded.append(kJsonPadding, '\0');
  const ReportText report{file, std::string_view(padded).substr(0, text.size())};
  if (text.size() > kMaxReportBytes) report.fail(0, "expected 64 MiB at most");
  if (!is_storable(report.text)) report.fail(broken_offset(report.text), "expected text in UTF-8");
  return ProviderReportReader(report).read();
}

}  // namespace relayburn
