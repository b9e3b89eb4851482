#include "core/sql/turn_sql.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

Dialect dialect_that(bool aggregates_in_sql) {
  return {.table_prefix = "",
          .max_timestamp = "0",
          .earliest_time = "0",
          .functions = "",
          .false_flag = "0",
          .quarter_hour = "t.ts",
          .row_identity = "id",
          .turn_count = "0",
          .full_scan_hint = aggregates_in_sql ? "" : " NOT INDEXED",
          .has_distinct_on = aggregates_in_sql,
          .choose_plans = [](const std::string& are_many) { return "SELECT " + are_many; },
          .aggregates_in_sql = aggregates_in_sql};
}

std::string condition_of_many(bool aggregates_in_sql) {
  std::vector<SqlParameter> parameters;
  return row_filter({.of = TurnRows::Of::AllTurns, .are_many = true},
                    dialect_that(aggregates_in_sql), parameters);
}

// PostgreSQL hashes such a list only while it expects it to be small; beyond, it went through the
// list for each turn, and did not end.
TEST_CASE("of many turns only a store that looks up each one's copies excepts those without") {
  CHECK(condition_of_many(true).find("NOT IN") == std::string::npos);
  CHECK(condition_of_many(false).find("NOT IN") != std::string::npos);
}

// Each is on a page of its own by their times.
TEST_CASE("many turns are gone through, few are found by their times") {
  const auto from = [](bool are_many, bool aggregates_in_sql) {
    std::vector<SqlParameter> parameters;
    const TurnRows rows{TurnRows::Of::TurnsInRanges, {{{0}, {1}}}, are_many};
    const Dialect dialect = dialect_that(aggregates_in_sql);
    return from_rows(rows, dialect, parameters) + " WHERE " + row_filter(rows, dialect, parameters);
  };
  CHECK(
      from(true, false)
          .starts_with(" FROM \"turn\" AS t NOT INDEXED WHERE ((t.ts >= $1 AND t.ts < $2)) AND "));
  for (const bool aggregates_in_sql : {true, false})
    CHECK(from(false, aggregates_in_sql).find("JOIN \"turn\" AS t ON") != std::string::npos);
  CHECK(from(true, true).starts_with(" FROM \"turn\" AS t LEFT JOIN "));
}

}  // namespace
}  // namespace relayburn
