// What the steps in migrations/ become in each dialect, as goldens: a step that is changed, or
// rendered otherwise, is seen here.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/sql/migration.h"

namespace relayburn {

const std::vector<Migration>& postgres_migrations();
const std::vector<Migration>& sqlite_migrations();

namespace {

std::string all_of(const std::vector<Migration>& steps) {
  std::string text;
  for (const Migration& step : steps) text += std::string("-- ") + step.name + "\n" + step.sql;
  return text;
}

// To make a golden anew after adding a step: run this test with RELAYBURN_WRITE_GOLDENS=1.
void check_golden(const std::string& dialect, const std::vector<Migration>& steps) {
  const std::string path = std::string(RELAYBURN_TEST_DATA) + "/migrations/" + dialect + ".sql";
  if (std::getenv("RELAYBURN_WRITE_GOLDENS") != nullptr) std::ofstream(path) << all_of(steps);
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  CHECK(all_of(steps) == golden.str());
}

TEST_CASE("the migrations of postgres") { check_golden("postgres", postgres_migrations()); }

TEST_CASE("the migrations of sqlite") { check_golden("sqlite", sqlite_migrations()); }

}  // namespace
}  // namespace relayburn
