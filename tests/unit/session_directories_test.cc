#include "core/sources/claude/session_directories.h"

#include <catch2/catch.hpp>
#include <string>

namespace relayburn {
namespace {

TEST_CASE("a line without a directory ran where its session ran last") {
  SessionDirectories directories;
  CHECK(directories.directory_of("a", std::nullopt) == std::nullopt);
  CHECK(directories.directory_of("a", "/one") == OptText("/one"));
  CHECK(directories.directory_of("a", "/two") == OptText("/two"));
  CHECK(directories.directory_of(std::nullopt, "/none") == OptText("/none"));
  CHECK(directories.directory_of("a", std::nullopt) == OptText("/two"));
  CHECK(directories.directory_of(std::nullopt, std::nullopt) == OptText("/none"));
  CHECK(directories.directory_of("b", std::nullopt) == std::nullopt);
}

TEST_CASE("directories cross a cut, whatever they are called") {
  SessionDirectories before, after;
  before.directory_of("a\n1:", "/7:\n/x");
  before.directory_of("", "");
  REQUIRE(after.restore(before.to_text()));
  CHECK(after.directory_of("a\n1:", std::nullopt) == OptText("/7:\n/x"));
  CHECK(after.to_text() == before.to_text());
  CHECK(after.restore(""));
  CHECK(after.directory_of("a\n1:", std::nullopt) == std::nullopt);
  for (const char* text : {"x", "1", "1:", "2:a", "1:a", "1:a1:", "-1:a", "99999999999999999999:a"})
    CHECK_FALSE(after.restore(text));
}

TEST_CASE("a state stays small however many sessions a log has") {
  SessionDirectories directories;
  const std::string longest(5000, 'x');
  for (int i = 0; i < 100; ++i) directories.directory_of(std::to_string(i), longest);
  directories.directory_of("giant", std::string(100'000, 'x'));
  CHECK(directories.to_text().size() < 64 * 1024);
  CHECK(directories.directory_of("last", "/here") == OptText("/here"));
  CHECK(directories.directory_of("last", std::nullopt) == OptText("/here"));
}

}  // namespace
}  // namespace relayburn
