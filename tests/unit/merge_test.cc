#include "core/records/merge.h"

#include <catch2/catch.hpp>
#include <climits>
#include <string>

#include "core/base/sha256.h"
#include "core/records/described.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxOutput = (int64_t{1} << 40) - 1;

std::array<Cell, kFieldCount<Turn>> cells_of(const Turn& turn) {
  std::array<Cell, kFieldCount<Turn>> cells;
  to_cells(turn, cells.data());
  return cells;
}

bool greater(const Turn& a, const Turn& b) {
  return is_greater(Kind::Turn, cells_of(a), cells_of(b));
}

Turn turn_at(int64_t revision, std::optional<int64_t> us) {
  Turn turn;
  turn.revision = revision;
  if (us) turn.ts = Instant{*us};
  return turn;
}

TEST_CASE("parts of a revision count in order", "[merge]") {
  CHECK(make_revision(0, 0, false, false) == 0);
  CHECK(make_revision(1, 0, false, true) > make_revision(1, 0, false, false));
  CHECK(make_revision(1, 0, false, true, false) > make_revision(1, 0, false, false, true));
  CHECK(make_revision(1, 0, false, false, true) > make_revision(1, 0, false, false, false));
  CHECK(make_revision(1, 0, true, false) > make_revision(1, 0, false, true));
  CHECK(make_revision(1, 1, false, false) > make_revision(1, 0, true, true));
  CHECK(make_revision(2, 0, false, false) > make_revision(1, kMaxOutput, true, true));
  CHECK(make_revision(2, 3, false, false) > make_revision(2, 2, true, true));
}

TEST_CASE("parts of a revision saturate, and never spill into the next", "[merge]") {
  CHECK(make_revision(1, kMaxOutput + 1) == make_revision(1, kMaxOutput));
  CHECK(make_revision(1, INT64_MAX) == make_revision(1, kMaxOutput));
  CHECK(make_revision(1, kMaxOutput - 1) < make_revision(1, kMaxOutput));
  CHECK(make_revision(4096) == make_revision(4095));
  CHECK(make_revision(INT64_MAX) == make_revision(4095));
  CHECK(make_revision(4094) < make_revision(4095));
  CHECK(make_revision(INT64_MAX, INT64_MAX, true, true) > 0);
}

TEST_CASE("a greater revision wins before an earlier time", "[merge]") {
  CHECK(greater(turn_at(2, 9), turn_at(1, 1)));
  CHECK_FALSE(greater(turn_at(1, 1), turn_at(2, 9)));
  CHECK(greater(turn_at(2, std::nullopt), turn_at(1, 1)));
}

TEST_CASE("of equal revisions the earlier time wins, and none loses", "[merge]") {
  CHECK(greater(turn_at(1, 1), turn_at(1, 2)));
  CHECK_FALSE(greater(turn_at(1, 2), turn_at(1, 1)));
  CHECK(greater(turn_at(1, -5), turn_at(1, 0)));
  CHECK(greater(turn_at(1, 2), turn_at(1, std::nullopt)));
  CHECK_FALSE(greater(turn_at(1, std::nullopt), turn_at(1, 2)));
}

TEST_CASE("a rank is the revision and the time", "[merge]") {
  CHECK(rank_of(Kind::Turn, cells_of(turn_at(3, 4))) == Rank{3, 4});
  CHECK(rank_of(Kind::Turn, cells_of(turn_at(3, std::nullopt))) == Rank{3, INT64_MAX});
  CHECK(Rank{1, 5} < Rank{1, 4});
  CHECK_FALSE(Rank{1, 4} < Rank{1, 5});
  CHECK_FALSE(Rank{1, 4} < Rank{1, 4});
  CHECK(Rank{1, 4} < Rank{2, 5});
}

TEST_CASE("the tie is the hash of the record without its revision, and below zero of copies",
          "[merge]") {
  for (int i = 0; i < 20; ++i) {
    Turn turn;
    const std::string message = "msg_" + std::to_string(i);
    turn.message_id = message;
    std::string json;
    append_record_json_without_revision(json, Kind::Turn, cells_of(turn));
    const int64_t tie = tie_of(Kind::Turn, cells_of(turn));
    CHECK(static_cast<uint64_t>(tie) == hash_u64(json) >> 1);
    turn.revision = 7;
    CHECK(tie_of(Kind::Turn, cells_of(turn)) == tie);
    turn.is_sidechain = true;
    CHECK(tie_of(Kind::Turn, cells_of(turn)) < 0);
  }
}

TEST_CASE("of equal revisions and times the greater tie wins", "[merge]") {
  Turn a = turn_at(1, 2);
  Turn b = a;
  b.output = 1;
  const bool a_wins = tie_of(Kind::Turn, cells_of(a)) > tie_of(Kind::Turn, cells_of(b));
  CHECK(greater(a, b) == a_wins);
  CHECK(greater(b, a) == !a_wins);
}

TEST_CASE("a record is not greater than itself", "[merge]") {
  CHECK_FALSE(greater(turn_at(1, 2), turn_at(1, 2)));
  CHECK_FALSE(greater(turn_at(1, std::nullopt), turn_at(1, std::nullopt)));
}

TEST_CASE("is_greater is a strict total order over rows of every kind", "[merge]") {
  constexpr size_t count = 40;
  std::mt19937 random(7);
  for (const Kind kind : kAllKinds) {
    CAPTURE(describe(kind).name);
    Arena arena;
    std::vector<Row> rows;
    for (size_t i = 0; i < count; ++i) rows.push_back(random_row(kind, random, arena, 2));
    const auto greater_than = [&](size_t i, size_t k) {
      return is_greater(kind, rows[i], rows[k]);
    };
    std::array<std::array<bool, count>, count> order;
    for (size_t i = 0; i < count; ++i)
      for (size_t k = 0; k < count; ++k) order[i][k] = greater_than(i, k);
    int lawless = 0;
    for (size_t i = 0; i < count; ++i)
      for (size_t k = 0; k < count; ++k) {
        const bool are_equal = json_of(kind, rows[i]) == json_of(kind, rows[k]);
        lawless += are_equal ? order[i][k] : order[i][k] == order[k][i];
        for (size_t l = 0; l < count; ++l) lawless += order[i][k] && order[k][l] && !order[i][l];
      }
    CHECK(lawless == 0);
  }
}

TEST_CASE("parts of an object's revision count in order, and saturate", "[merge]") {
  constexpr int64_t most = INT64_MAX;
  const auto revision = make_object_revision;
  CHECK(revision(1, false, 0, 0, 1) > revision(1, false, 0, 0, 0));
  CHECK(revision(1, false, 0, 1, 0) > revision(1, false, 0, 0, most));
  CHECK(revision(1, false, 1, 0, 0) > revision(1, false, 0, most, most));
  CHECK(revision(1, true, 0, 0, 0) > revision(1, false, 3, most, most));
  CHECK(revision(2, false, 0, 0, 0) > revision(1, true, 3, most, most));
  CHECK(revision(most, true, most, most, most) == INT64_MAX);
  CHECK(revision(1, false, 0, -5, 0) == revision(1, false, 0, 0, 0));
}

}  // namespace
}  // namespace relayburn
