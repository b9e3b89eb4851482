#include "plugins/postgres/pg_error.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("codes of PostgreSQL say what kind of failure it is") {
  struct Expected {
    const char* sqlstate;
    ErrorKind kind;
  };
  const Expected expected[] = {
      {"", ErrorKind::Unavailable},        // the connection failed
      {"08006", ErrorKind::Unavailable},   // connection failure
      {"28P01", ErrorKind::Unauthorized},  // wrong password
      {"28000", ErrorKind::Unauthorized},  // no such role
      {"42501", ErrorKind::Unauthorized},  // insufficient privilege
      {"25P03", ErrorKind::Unavailable},   // idle in a transaction for too long
      {"26000", ErrorKind::Unavailable},   // a pooler passed on half of a statement
      {"34000", ErrorKind::Unavailable},   // the same
      {"25006", ErrorKind::Unauthorized},  // read-only transaction
      {"3D000", ErrorKind::Unavailable},   // no such database
      {"40001", ErrorKind::Unavailable},   // serialization failure
      {"40P01", ErrorKind::Unavailable},   // deadlock
      {"53100", ErrorKind::Unavailable},   // disk full
      {"53300", ErrorKind::Unavailable},   // too many connections
      {"55P03", ErrorKind::Unavailable},   // lock timeout
      {"57014", ErrorKind::Unavailable},   // statement timeout
      {"57P03", ErrorKind::Unavailable},   // starting up
      {"58030", ErrorKind::Unavailable},   // I/O error
      {"42P01", ErrorKind::Corrupt},       // no such table
      {"42703", ErrorKind::Corrupt},       // no such column
      {"22021", ErrorKind::Internal},      // character not in repertoire
      {"23514", ErrorKind::Internal},      // check violation
      {"XX000", ErrorKind::Internal},
  };
  for (const Expected& each : expected) {
    INFO(each.sqlstate);
    CHECK(static_cast<int>(kind_of_sqlstate(each.sqlstate)) == static_cast<int>(each.kind));
  }
}

TEST_CASE("what passes by itself is tried again, what an operator decides is not") {
  for (const char* code : {"", "08000", "08006", "08P01", "40001", "40P01", "53300", "57P01",
                           "57P02", "57P03", "57P05", "25P03", "22P03", "26000", "34000"})
    CHECK(is_transient_sqlstate(code));
  for (const char* code : {"28P01", "42501", "25006", "3D000", "53100", "55P03", "57014", "22021",
                           "23505", "42P01", "XX000", "XX001"})
    CHECK_FALSE(is_transient_sqlstate(code));
}

TEST_CASE("a row that is refused is told from a statement that fails") {
  for (const char* code : {"22001", "22021", "22008", "23502", "23514", "44000", "54000", "P0001"})
    CHECK(is_refusal_sqlstate(code));
  for (const char* code : {"", "40P01", "42601", "42804", "53200", "57014", "P0002", "XX000"})
    CHECK_FALSE(is_refusal_sqlstate(code));
}

}  // namespace
}  // namespace relayburn
