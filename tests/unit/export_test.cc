#include "core/ledger/export.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/sha256.h"
#include "core/storage/empty_snapshot.h"
#include "tests/unit/memory_snapshot.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex_digest(hash.finish());
}

std::string exported(Snapshot& snapshot, bool with_content) {
  std::string bytes;
  export_records(snapshot, with_content, [&](std::string_view piece) {
    CHECK_THAT(std::string(piece), Catch::EndsWith("\n"));
    bytes += piece;
  });
  return bytes;
}

// Three records of every kind.
void fill(MemorySnapshot& ledger) {
  std::mt19937 random(2);
  Arena arena;
  for (const Kind kind : kAllKinds)
    while (ledger.batch.row_count(kind) < 3)
      ledger.batch.add_row(kind, random_row(kind, random, arena, 4));
}

std::string lines_of_kinds(MemorySnapshot& ledger, std::initializer_list<Kind> kinds) {
  ledger.batch.sort();
  std::string lines;
  for (const Kind kind : kinds)
    for (size_t i = 0; i < ledger.batch.row_count(kind); ++i)
      lines += json_of(kind, ledger.batch.row(kind, i)) + "\n";
  return lines;
}

TEST_CASE("an export is the records, kind by kind, ascending by key", "[export]") {
  MemorySnapshot ledger;
  fill(ledger);
  CHECK(exported(ledger, false) ==
        lines_of_kinds(ledger, {Kind::Turn, Kind::ToolCall, Kind::ToolResult, Kind::UserTurn,
                                Kind::Relationship, Kind::Compaction, Kind::Price,
                                Kind::SessionCost, Kind::Stamp, Kind::Forget}));
}

TEST_CASE("content is in an export only where it is asked for", "[export]") {
  MemorySnapshot ledger;
  fill(ledger);
  const std::string forgets = lines_of_kinds(ledger, {Kind::Forget});
  std::string expected = exported(ledger, false);
  expected.insert(expected.size() - forgets.size(), lines_of_kinds(ledger, {Kind::Content}));
  CHECK(exported(ledger, true) == expected);
}

TEST_CASE("the digest is the SHA-256 of exactly those bytes", "[export]") {
  MemorySnapshot ledger;
  fill(ledger);
  CHECK(export_digest(ledger, false) == sha256(exported(ledger, false)));
  CHECK(export_digest(ledger, true) == sha256(exported(ledger, true)));
  CHECK(export_digest(ledger, true) != export_digest(ledger, false));
}

TEST_CASE("what hosts know of themselves is in no digest", "[export]") {
  MemorySnapshot ledger;
  fill(ledger);
  const std::string before = export_digest(ledger, true);
  Host host;
  host.id = hash_key("host");
  Sighting sighting;
  sighting.id = hash_key("sighting");
  ledger.add(host).add(sighting);
  CHECK(export_digest(ledger, true) == before);
  Turn turn;
  turn.id = hash_key("turn");
  ledger.add(turn);
  CHECK(export_digest(ledger, true) != before);
}

TEST_CASE("the digest of nothing is that of no bytes", "[export]") {
  EmptySnapshot nothing;
  CHECK(exported(nothing, true).empty());
  CHECK(export_digest(nothing, true) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a long export comes in pieces, with the same bytes", "[export]") {
  MemorySnapshot ledger;
  for (int i = 0; i < 2000; ++i) {
    Turn turn;
    turn.id = hash_key(std::to_string(i));
    turn.revision = 1;
    ledger.add(turn);
  }
  int pieces = 0;
  std::string bytes;
  export_records(ledger, false, [&](std::string_view piece) {
    ++pieces;
    bytes += piece;
  });
  CHECK(pieces > 3);
  const bool is_same = bytes == lines_of_kinds(ledger, {Kind::Turn});
  CHECK(is_same);
  CHECK(export_digest(ledger, false) == sha256(bytes));
}

TEST_CASE("copies and void records are exported too", "[export]") {
  MemorySnapshot ledger;
  Turn turn;
  turn.id = hash_key("a");
  Turn copy = turn;
  copy.id = hash_key("b");
  copy.is_void = true;
  ledger.add(turn).add(copy);
  CHECK_THAT(exported(ledger, false), Catch::Contains(to_hex(turn.id)) &&
                                          Catch::Contains(to_hex(copy.id)) &&
                                          Catch::Contains("\"isVoid\":true"));
}

}  // namespace
}  // namespace relayburn
