// A schema of its own for each test, in the database that RELAYBURN_TEST_DATABASE_URL names
// (scripts/with_postgres.sh). Its name needs every kind of quoting that a name can need.

#include <libpq-fe.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>

#include "tests/contract/backend_under_test.h"

namespace relayburn {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(char* text) const { PQfreemem(text); }
};

std::string test_url() {
  const char* url = std::getenv("RELAYBURN_TEST_DATABASE_URL");
  return url == nullptr ? "" : url;
}

// Runs statements, in one transaction, with `{schema}` replaced by the quoted name.
void execute(const Place& place, std::string statements) {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(place.location.c_str()));
  const std::unique_ptr<char, Finish> schema(
      PQescapeIdentifier(connection.get(), place.schema.data(), place.schema.size()));
  if (!schema) throw std::runtime_error(PQerrorMessage(connection.get()));
  const std::string token = "{schema}";
  for (size_t at = 0; (at = statements.find(token, at)) != std::string::npos;)
    statements.replace(at, token.size(), schema.get());
  const std::unique_ptr<PGresult, Finish> result(PQexec(connection.get(), statements.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
}

class PostgresBackend : public BackendUnderTest {
 public:
  std::string name() const override { return "postgres"; }

  bool available() const override {
    return BackendUnderTest::available() && !test_url().empty() &&
           PQping(test_url().c_str()) == PQPING_OK;
  }

  Place fresh_place(const std::string&) const override {
    std::random_device random;
    const uint64_t number = uint64_t{random()} << 32 | random();
    return {test_url(), "Relay \"burn\" 'ä'.% " + std::to_string(number)};
  }

  // Called by a destructor. A backend that is still there would show itself here.
  void discard(const Place& place) const override {
    try {
      execute(place,
              "SET LOCAL client_min_messages = warning; SET LOCAL lock_timeout = '20s';"
              "DROP SCHEMA IF EXISTS {schema} CASCADE");
    } catch (const std::exception& error) {
      std::cerr << "cannot drop a test's schema: " << error.what() << '\n';
    }
  }

  void corrupt(const Place& place) const override {
    execute(place, "UPDATE {schema}.schema_versions SET sha256 = reverse(sha256)");
  }

  void make_too_new(const Place& place) const override {
    execute(place, "INSERT INTO {schema}.schema_versions VALUES (9999, 'newer', 'f00', now())");
  }

  int writers() const override { return 8; }
};

}  // namespace

const BackendUnderTest& backend_under_test() {
  static const PostgresBackend backend;
  return backend;
}

}  // namespace relayburn
