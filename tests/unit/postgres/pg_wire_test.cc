#include "plugins/postgres/pg_wire.h"

#include <catch2/catch.hpp>

#include "core/base/key.h"
#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  append_hex(out, bytes);
  return out;
}

TEST_CASE("integers are big-endian, and come back") {
  CHECK(hex(pg_integer(1).bytes) == "0000000000000001");
  CHECK(hex(pg_integer(-2).bytes) == "fffffffffffffffe");
  for (const int64_t value : {int64_t{0}, int64_t{-1}, INT64_MAX, INT64_MIN, int64_t{1} << 40})
    CHECK(integer_from_wire(pg_integer(value).bytes) == value);
}

TEST_CASE("an integer of four bytes keeps its sign") {
  CHECK(integer_from_wire(std::string_view("\xff\xff\xff\xfe", 4)) == -2);
  CHECK(integer_from_wire(std::string_view("\x00\x00\x01\x00", 4)) == 256);
}

TEST_CASE("instants count from the year 2000, and come back") {
  CHECK(hex(pg_instant(parse_instant("2000-01-01T00:00:00.000001Z").value()).bytes) ==
        "0000000000000001");
  for (const char* time : {"0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z",
                           "2026-11-22T13:00:00.5Z", "9999-12-31T23:59:59.999999Z"}) {
    const Instant instant = parse_instant(time).value();
    CHECK(instant_from_wire(pg_instant(instant).bytes) == instant);
  }
}

TEST_CASE("the ends of time become PostgreSQL's infinities") {
  CHECK(integer_from_wire(pg_instant({INT64_MIN}).bytes) == INT64_MIN);
  CHECK(instant_from_wire(pg_integer(INT64_MAX).bytes).us == INT64_MAX);
}

TEST_CASE("an array says its dimension, that there may be nulls, its element, count and bound") {
  PgArray array(PgType::Int8);
  array.add_integer(7);
  array.add_null();
  const PgParameter parameter = array.take();
  CHECK(parameter.type == PgType::Int8Array);
  CHECK(hex(parameter.bytes) ==
        "0000000100000001000000140000000200000001"  // 1 dimension, nulls, oid 20, 2 from 1
        "000000080000000000000007"
        "ffffffff");
}

TEST_CASE("cells become elements of their column's type") {
  PgArray texts(PgType::Text);
  texts.add_cell(Cell::text("aä"));
  texts.add_cell(Cell());
  texts.add_cell(Cell::text(""));
  CHECK(hex(texts.take().bytes).substr(40) == "0000000361c3a4ffffffff00000000");

  PgArray flags(PgType::Bool);
  flags.add_cell(Cell::integer(1));
  CHECK(hex(flags.take().bytes).substr(40) == "0000000101");

  PgArray times(PgType::TimestampTz);
  times.add_cell(Cell::integer(parse_instant("2000-01-01T00:00:00Z").value().us));
  CHECK(hex(times.take().bytes).substr(40) == "000000080000000000000000");

  PgArray keys(PgType::Bytea);
  keys.add_cell(Cell::text(Key().view()));
  CHECK(hex(keys.take().bytes).substr(40) == "00000010" + std::string(32, '0'));
}

TEST_CASE("an empty array has no elements") {
  CHECK(hex(PgArray(PgType::Bytea).take().bytes) == "0000000100000001000000110000000000000001");
}

TEST_CASE("a value that PostgreSQL cannot take is refused before it is sent") {
  const std::string large(size_t{1} << 30, 'x');
  PgArray array(PgType::Text);
  try {
    array.add_bytes(large);
    FAIL("it was taken");
  } catch (const PgError& error) {
    CHECK(error.is_refusal());
  }
}

}  // namespace
}  // namespace relayburn
