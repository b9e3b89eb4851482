#pragma once
// A small ledger and its prices, for tests of reports.

#include <string>

#include "core/base/sha256.h"
#include "core/report/build/report.h"
#include "tests/unit/memory_snapshot.h"

namespace relayburn {

// A token of input costs 1 µ$, one of output 10 µ$; "dear" ten times that; "free" nothing.
inline const PriceTable& test_prices() {
  static const PriceTable table = PriceTable::parse(
      R"({"snapshot":"2026-01-01","providers":{"anthropic":{"cheap":[{"input":1,"output":10}],)"
      R"("dear":[{"input":10,"output":100}],"free":[{"input":0,"output":0}]}}})",
      "test");
  return table;
}

inline const Zone& test_zone() {
  static const Zone zone = Zone::named("Europe/Berlin");
  return zone;
}

// Turns of different numbers are different calls.
inline Turn test_turn(int number, OptText session, OptText model, int64_t input,
                      int64_t output = 0) {
  Turn turn;
  turn.source = "claude-code";
  turn.session_id = session;
  turn.message_id = "m";
  turn.id = turn.call_key = hash_key("turn " + std::to_string(number));
  turn.ts = parse_instant("2026-11-22T12:00:00Z");
  turn.model = model;
  turn.input = input;
  turn.output = output;
  return turn;
}

inline ReportQuery by(std::initializer_list<std::string_view> dimensions) {
  ReportQuery query;
  query.tables.emplace_back();
  for (const std::string_view name : dimensions)
    query.tables.back().push_back(parse_dimension(name));
  return query;
}

inline UsageReport report_of(const ReportQuery& query, Snapshot& snapshot) {
  return build_report(query, snapshot, test_prices(), test_zone());
}

// The names of the rows of the first table, joined by "/"; null is "-", the fold "(other)".
inline std::vector<std::string> row_names(const UsageReport& report) {
  std::vector<std::string> rows;
  for (const ReportRow& row : report.tables.at(0).rows) {
    std::string name = row.is_other ? "(other)" : "";
    for (size_t i = 0; i < row.names.size(); ++i)
      name += (i > 0 ? "/" : "") + row.names[i].value_or("-");
    rows.push_back(name);
  }
  return rows;
}

inline std::string cost_of(const Figures& figures) {
  return figures.cost ? format_usd(*figures.cost) : "null";
}

}  // namespace relayburn
