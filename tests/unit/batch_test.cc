#include "core/records/batch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "core/base/sha256.h"
#include "core/records/described.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

Turn turn_of(Key id, int64_t revision) {
  Turn turn;
  turn.id = id;
  turn.revision = revision;
  return turn;
}

Key numbered(int number) { return hash_key(std::to_string(number)); }

TEST_CASE("folding in any order gives the same rows", "[batch]") {
  std::mt19937 random(11);
  for (const Kind kind : kAllKinds) {
    CAPTURE(describe(kind).name);
    Arena arena;
    std::vector<Row> rows;
    std::set<std::string> keys;
    for (int i = 0; i < 60; ++i) {
      rows.push_back(random_row(kind, random, arena, 3));
      keys.emplace(rows.back()[kIdColumn].text());
    }
    std::vector<std::string> expected;
    for (int round = 0; round < 8; ++round) {
      Batch batch;
      for (const Row row : rows) batch.add_row(kind, row);
      CHECK(batch.row_count() == keys.size());
      CHECK(batch.folded(kind) == static_cast<int64_t>(rows.size() - keys.size()));
      if (round == 0) expected = lines_of(batch);
      CHECK(lines_of(batch) == expected);
      std::shuffle(rows.begin(), rows.end(), random);
    }
  }
}

TEST_CASE("the greater of two records with one key stays", "[batch]") {
  Batch batch;
  batch.add(turn_of(numbered(1), 2));
  batch.add(turn_of(numbered(1), 3));
  batch.add(turn_of(numbered(1), 1));
  REQUIRE(batch.row_count(Kind::Turn) == 1);
  CHECK(batch.row(Kind::Turn, 0)[kRevisionColumn].integer() == 3);
  CHECK(batch.folded(Kind::Turn) == 2);
}

TEST_CASE("what replaces a record leaves those that say the same alone", "[batch]") {
  Batch batch;
  const auto add = [&](int key, int64_t revision, OptText model) {
    Turn turn = turn_of(numbered(key), revision);
    turn.model = model;
    turn.cwd = "/src";
    batch.add(turn);
  };
  add(1, 1, "one");
  add(2, 1, "one");
  add(1, 2, "another");
  add(3, 1, "one");
  add(2, 2, std::nullopt);
  CHECK(from_row<Turn>(batch.row(Kind::Turn, 0)).model == "another");
  CHECK(from_row<Turn>(batch.row(Kind::Turn, 1)).model == std::nullopt);
  CHECK(from_row<Turn>(batch.row(Kind::Turn, 2)).model == "one");
  for (size_t i = 0; i < 3; ++i) CHECK(from_row<Turn>(batch.row(Kind::Turn, i)).cwd == "/src");
}

// A database gets it once for each.
TEST_CASE("a text that many records say fills a batch as often", "[batch]") {
  const std::string text(Batch::kMaxBytes / 8, 'x');
  Batch batch;
  int count = 0;
  while (!batch.is_full() && count < 100) {
    Turn turn = turn_of(numbered(count++), 1);
    turn.cwd = text;
    batch.add(turn);
    batch.add(turn);
  }
  CHECK(count == 8);
  for (int i = 0; i < count; ++i) batch.add(turn_of(numbered(i), 2));  // without it
  CHECK_FALSE(batch.is_full());
  batch.clear();
  CHECK(batch.bytes() == 0);
}

TEST_CASE("a batch owns what it holds", "[batch]") {
  std::string model = "before";
  Batch batch;
  {
    Turn turn = turn_of(numbered(1), 1);
    turn.model = model;
    batch.add(turn);
  }
  model.assign("after!");
  CHECK(from_row<Turn>(batch.row(Kind::Turn, 0)).model == "before");
}

TEST_CASE("kinds do not fold onto each other", "[batch]") {
  Batch batch;
  batch.add(turn_of(numbered(1), 1));
  UserTurn user;
  user.id = numbered(1);
  batch.add(user);
  CHECK(batch.row_count() == 2);
  CHECK(batch.row_count(Kind::Turn) == 1);
  CHECK(batch.row_count(Kind::UserTurn) == 1);
  CHECK(batch.folded(Kind::Turn) + batch.folded(Kind::UserTurn) == 0);
}

TEST_CASE("thousands of keys are all found again", "[batch]") {
  constexpr int count = 20'000;
  Batch batch;
  for (int i = 0; i < count; ++i) batch.add(turn_of(numbered(i), 1));
  CHECK(batch.row_count() == count);
  for (int i = count - 1; i >= 0; --i) batch.add(turn_of(numbered(i), 2));
  CHECK(batch.row_count() == count);
  CHECK(batch.folded(Kind::Turn) == count);
  int replaced = 0;
  for (int i = 0; i < count; ++i)
    replaced += batch.row(Kind::Turn, static_cast<size_t>(i))[kRevisionColumn].integer() == 2;
  CHECK(replaced == count);
}

TEST_CASE("sorted means ascending by the bytes of the key", "[batch]") {
  Batch batch;
  for (const int first : {0x80, 0x00, 0xff, 0x7f, 0x01}) {
    Key key;
    key.bytes.fill(0xee);
    key.bytes[0] = static_cast<uint8_t>(first);
    batch.add(turn_of(key, 1));
  }
  batch.sort();
  std::vector<int> order;
  for (size_t i = 0; i < 5; ++i)
    order.push_back(from_row<Turn>(batch.row(Kind::Turn, i)).id.bytes[0]);
  CHECK(order == std::vector<int>{0x00, 0x01, 0x7f, 0x80, 0xff});
}

TEST_CASE("keys are still found after sorting", "[batch]") {
  Batch batch;
  for (int i = 0; i < 500; ++i) batch.add(turn_of(numbered(i), 1));
  batch.sort();
  for (int i = 0; i < 1000; ++i) batch.add(turn_of(numbered(i), 2));
  CHECK(batch.row_count() == 1000);
  CHECK(batch.folded(Kind::Turn) == 500);
  batch.sort();
  for (size_t i = 0; i < 1000; ++i)
    REQUIRE(batch.row(Kind::Turn, i)[kRevisionColumn].integer() == 2);
}

TEST_CASE("a cleared batch is empty, and good as new", "[batch]") {
  Batch batch;
  batch.run = {"run", "host", 4};
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    CHECK(batch.empty());
    CHECK(batch.bytes() == 0);
    // More than one block of the arena.
    const auto text = [](size_t i) { return std::string(300'000, static_cast<char>('a' + i)); };
    for (int i = 0; i < 10; ++i) {
      Turn turn = turn_of(numbered(i), 1);
      const std::string cwd = text(static_cast<size_t>(round + i));
      turn.cwd = cwd;
      batch.add(turn);
      batch.add(turn);
    }
    batch.cursors.emplace_back();
    CHECK(batch.row_count() == 10);
    CHECK(batch.folded(Kind::Turn) == 10);
    CHECK(batch.bytes() > 3'000'000);
    for (size_t i = 0; i < 10; ++i)
      REQUIRE(from_row<Turn>(batch.row(Kind::Turn, i)).cwd == text(static_cast<size_t>(round) + i));
    batch.clear();
    CHECK(batch.row_count() == 0);
    CHECK(batch.row_count(Kind::Turn) == 0);
    CHECK(batch.folded(Kind::Turn) == 0);
    CHECK(batch.cursors.empty());
    CHECK(batch.run.run_id == "run");
    CHECK(batch.run.host_id == "host");
    CHECK(batch.run.batch_number == 5 + round);
  }
}

TEST_CASE("a batch with cursors alone is not empty", "[batch]") {
  Batch batch;
  CHECK(batch.empty());
  batch.cursors.emplace_back();
  CHECK_FALSE(batch.empty());
  CHECK(batch.row_count() == 0);
}

TEST_CASE("an empty batch can be sorted and cleared", "[batch]") {
  Batch batch;
  batch.sort();
  batch.clear();
  batch.add(turn_of(numbered(1), 1));
  CHECK(batch.row_count() == 1);
}

TEST_CASE("tallies add up", "[batch]") {
  Tally tally{1, 2, 3};
  tally += {10, 20, 30};
  CHECK(tally == Tally{11, 22, 33});
  CHECK_FALSE(tally == Tally{11, 22, 34});
}

}  // namespace
}  // namespace relayburn
