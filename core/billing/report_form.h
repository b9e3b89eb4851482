#pragma once
// How each form of a provider's report is recognised and read. A new form is one more of these.

#include <set>

#include "core/billing/provider_report.h"
#include "core/billing/report_fields.h"

namespace relayburn {

struct Bucket {
  Instant start, end;
};

struct BilledLine {
  BilledItem item;  // its day is the bucket's
  BilledAmount amount;
};

// One form in JSON: a result, inside a bucket that has bounds.
struct JsonForm {
  const char* provider;
  ReportContent content;
  bool (*matches)(const ReportFields& result);
  BilledLine (*read)(const ReportFields& result);
};

// One form in CSV, recognised by its columns.
struct CsvForm {
  const char* provider;
  ReportContent content;
  std::set<std::string> columns;  // that it must have
  Bucket (*bucket)(const ReportFields& row);
  bool (*is_empty)(const ReportFields& row);  // a day without anything
  BilledLine (*read)(const ReportFields& row);
  bool leaves_days_out;  // days without anything have no row
};

}  // namespace relayburn
