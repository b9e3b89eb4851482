#include "core/sql/turn_sql.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

std::string condition_of_many(bool sums_groups) {
  const Dialect dialect = {.table_prefix = "",
                           .endless_time = "0",
                           .earliest_time = "0",
                           .functions = "",
                           .false_flag = "0",
                           .quarter_hour = "t.ts",
                           .row_identity = "id",
                           .turn_count = "0",
                           .sums_groups = sums_groups};
  std::vector<SqlParameter> parameters;
  return counted_rows({.of = TurnRows::Of::AllTurns, .are_many = true}, dialect, parameters);
}

// PostgreSQL hashes such a list only while it expects it to be small; beyond, it went through the
// list for each turn, and did not end.
TEST_CASE("of many turns only a store that looks up each one's copies excepts those without") {
  CHECK(condition_of_many(true).find("NOT IN") == std::string::npos);
  CHECK(condition_of_many(false).find("NOT IN") != std::string::npos);
}

}  // namespace
}  // namespace relayburn
