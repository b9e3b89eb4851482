#include "core/config/store_address.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/base/error.h"

namespace relayburn {
namespace {

TEST_CASE("a name alone is the store as configured") {
  for (const char* name : {"sqlite", "file", "postgres"}) {
    CHECK(parse_store_address(name).storage == name);
    CHECK(parse_store_address(name).location.empty());
  }
}

TEST_CASE("a path is made absolute") {
  CHECK(parse_store_address("sqlite:/a/b.sqlite").location == "/a/b.sqlite");
  CHECK(parse_store_address("file:ledger").location ==
        (std::filesystem::current_path() / "ledger").string());
  CHECK(parse_store_address("sqlite:a:b").location ==
        (std::filesystem::current_path() / "a:b").string());
}

TEST_CASE("a URL without a password is one of postgres") {
  CHECK(parse_store_address("postgres://u@h/d").storage == "postgres");
  CHECK(parse_store_address("postgresql:///d").location == "postgresql:///d");
  CHECK(parse_store_address("postgres:host=h dbname=d").location == "host=h dbname=d");
}

TEST_CASE("a URL with a password is refused, and not repeated") {
  for (const char* url : {"postgres://u:secret@h/d", "postgresql://h/d?password=secret",
                          "postgres:host=h password=secret", "postgres://u:sec@ret@h/d"}) {
    try {
      parse_store_address(url);
      FAIL(url);
    } catch (const Error& error) {
      CHECK(error.kind == ErrorKind::Usage);
      CHECK(std::string(error.what()).find("sec") == std::string::npos);
    }
  }
}

TEST_CASE("anything else names no store") {
  for (const char* text : {"", "sqlite:", "file:", "mysql:/x", "/a/b.sqlite", "Sqlite", ":"})
    CHECK_THROWS_AS(parse_store_address(text), Error);
}

}  // namespace
}  // namespace relayburn
