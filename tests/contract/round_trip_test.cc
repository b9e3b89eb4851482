// What goes in comes out: every column of every kind, at its limits.

#include <catch2/catch.hpp>
#include <limits>

#include "core/records/described.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

// Appends the batch, checks the ledger against it, and again after reopening.
void check_round_trip(Batch& batch) {
  const TestStore store;
  const auto ledger = store.open_migrated();
  batch.sort();
  ledger->append(batch);
  check_holds(*ledger, batch);
  check_holds(*store.open(), batch);
}

// A full row for each of the values, which stands in all columns of the type.
void add_rows_of(Batch& batch, Kind kind, ColumnType type, const std::vector<Cell>& values) {
  int seed = 0;
  for (const Cell& value : values) {
    TestRow row = full_row(kind, ++seed);
    const auto columns = describe(kind).columns;
    for (size_t i = kRevisionColumn + 1; i < columns.size(); ++i)
      if (columns[i].type == type) row.cells[i] = value;
    batch.add_row(kind, row);
  }
}

void check_values(ColumnType type, const std::vector<Cell>& values) {
  Batch batch;
  for (const Kind kind : kAllKinds) add_rows_of(batch, kind, type, values);
  check_round_trip(batch);
}

std::vector<Cell> texts(const std::vector<std::string>& values) {
  std::vector<Cell> cells;
  for (const std::string& value : values) cells.push_back(Cell::text(kept(value)));
  return cells;
}

Instant instant(std::string_view text) { return parse_instant(text).value(); }

TEST_CASE("every kind with every column set") {
  Batch batch;
  for (const Kind kind : kAllKinds) batch.add_row(kind, full_row(kind));
  check_round_trip(batch);
}

TEST_CASE("every kind with every nullable column absent") {
  Batch batch;
  for (const Kind kind : kAllKinds) batch.add_row(kind, bare_row(kind));
  check_round_trip(batch);
}

TEST_CASE("every kind with one nullable column absent, each in turn") {
  Batch batch;
  for (const Kind kind : kAllKinds) {
    const auto columns = describe(kind).columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      TestRow row = full_row(kind, static_cast<int>(i));
      if (columns[i].nullable) row.cells[i] = Cell();
      batch.add_row(kind, row);
    }
  }
  check_round_trip(batch);
}

TEST_CASE("a record of each struct arrives as it was") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn written = turn("m", std::nullopt);
  written.context_tokens = 0;
  written.is_sidechain = true;
  written.reported_cost_usd = "0.1";
  append(*ledger, written);
  ledger->snapshot()->scan(Kind::Turn, {}, [&](Row row) {
    const auto read = from_row<Turn>(row);
    CHECK(read.id == written.id);
    CHECK(read.call_key == written.call_key);
    CHECK_FALSE(read.session_id);
    CHECK(read.context_tokens == 0);
    CHECK(read.is_sidechain);
    CHECK_FALSE(read.is_fork);
    CHECK(read.reported_cost_usd == "0.1");
    CHECK(read.model == "claude-opus-4-5");
  });
}

TEST_CASE("integers at their limits") {
  std::vector<Cell> values;
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{1} << 40, (int64_t{1} << 53) + 1,
                              kMost, kMost - 1, kLeast, kLeast + 1})
    values.push_back(Cell::integer(value));
  check_values(ColumnType::Integer, values);
}

TEST_CASE("revisions at their limits") {
  Batch batch;
  int seed = 0;
  for (const int64_t revision :
       {int64_t{0}, int64_t{1}, make_revision(4095, kMost, true, true), kMost}) {
    TestRow row = full_row(Kind::Turn, ++seed);
    row["revision"] = Cell::integer(revision);
    batch.add_row(Kind::Turn, row);
  }
  check_round_trip(batch);
}

TEST_CASE("times to the microsecond, before 1970 and at the ends of the calendar") {
  std::vector<Cell> values;
  for (const Instant time :
       {Instant{0}, Instant{-1}, Instant{-1'000'000}, Instant{1}, instant("0001-01-01T00:00:00Z"),
        instant("1969-12-31T23:59:59.999999Z"), instant("2024-02-29T12:00:00.000001Z"),
        instant("9999-12-31T23:59:59.999999Z")})
    values.push_back(Cell::integer(time.us));
  check_values(ColumnType::Instant, values);
}

TEST_CASE("empty text is not absent text") {
  Batch batch;
  for (const Kind kind : kAllKinds) {
    add_rows_of(batch, kind, ColumnType::Text, texts({""}));
    batch.add_row(kind, bare_row(kind, 7));
  }
  check_round_trip(batch);
}

TEST_CASE("text of every sort") {
  std::string controls;
  for (char c = 1; c < 0x20; ++c) controls += c;
  check_values(
      ColumnType::Text,
      texts({"😀 👩‍👩‍👧‍👦 é e\u0301", "\uFFFD", "\U0010FFFF",
             "\u0080\u2028\u2029\uFEFF", "\uFEFFfirst", controls + "\x7f", "line\nline\r\n",
             "{\"kind\":\"turn\"}\n{\"commit\":{", "'; --", R"(\ \\ \n \u0000 " % | $1)",
             " blanks at the ends \t", "NULL", "null", "0"}));
}

TEST_CASE("text of every length round the sizes of buffers") {
  std::vector<std::string> values;
  for (const size_t size : {15U, 16U, 255U, 256U, 4095U, 4096U, 16384U, 65535U, 65536U, 65537U})
    values.push_back(std::string(size - 1, 'x') + "!");
  Batch batch;
  add_rows_of(batch, Kind::Content, ColumnType::Text, texts(values));
  check_round_trip(batch);
}

TEST_CASE("a mebibyte of text") {
  std::string body;
  while (body.size() < size_t{1} << 20) body += "\"quoted\" \\ 😀\n";
  Batch batch;
  batch.add(content(body));
  batch.add(content(std::string(size_t{1} << 20, 'a'), "other"));
  check_round_trip(batch);
}

TEST_CASE("a session id of 512 bytes") {
  std::string id;
  while (id.size() < 512) id += "ä|";
  id.resize(510);
  id += "%|";
  Batch batch;
  batch.add(turn("m", id));
  batch.add(tool_call("t", id));
  check_round_trip(batch);
}

TEST_CASE("keys of any bytes") {
  Batch batch;
  for (int first = 0; first < 256; ++first) {
    Turn record = turn("m");
    record.id.bytes.fill(static_cast<uint8_t>(255 - first));
    record.id.bytes[0] = static_cast<uint8_t>(first);
    record.call_key = record.id;
    batch.add(record);
  }
  batch.add_row(Kind::ToolResult, full_row(Kind::ToolResult));
  check_round_trip(batch);
}

TEST_CASE("a void record is kept with what marks it") {
  Turn record = turn("m");
  record.is_void = true;
  Batch batch;
  batch.add(record);
  check_round_trip(batch);
}

}  // namespace
}  // namespace relayburn
