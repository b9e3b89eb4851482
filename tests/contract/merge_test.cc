// The one merge rule (LEDGER.md 2): of two records with one key the greater by (revision, earlier
// time, tie) stays whole, whatever the order and the batches in which they come.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

Turn version_of_m(int64_t revision, std::optional<Instant> ts, std::string_view stop_reason) {
  Turn record = turn("m");
  record.revision = revision;
  record.ts = ts;
  record.stop_reason = stop_reason;
  return record;
}

std::vector<std::string> stop_reasons(StorageAdapter& ledger) {
  return scan_texts(*ledger.snapshot(), Kind::Turn, "stop_reason");
}

using Strings = std::vector<std::string>;

// Checks that "greater" stays: lesser first, greater first, and both in one batch.
void check_greater(const Turn& greater, const Turn& lesser) {
  const TestStore store;
  const auto ledger = store.open_migrated();
  SECTION("the lesser comes first") {
    CHECK(of(append(*ledger, lesser), Kind::Turn) == Tally{1, 0, 0});
    CHECK(of(append(*ledger, greater), Kind::Turn) == Tally{0, 1, 0});
  }
  SECTION("the greater comes first") {
    CHECK(of(append(*ledger, greater), Kind::Turn) == Tally{1, 0, 0});
    CHECK(of(append(*ledger, lesser), Kind::Turn) == Tally{0, 0, 1});
  }
  SECTION("both in one batch, lesser first") {
    CHECK(of(append(*ledger, lesser, greater), Kind::Turn) == Tally{1, 0, 1});
  }
  SECTION("both in one batch, greater first") {
    CHECK(of(append(*ledger, greater, lesser), Kind::Turn) == Tally{1, 0, 1});
  }
  SECTION("the greater comes again") {
    append(*ledger, lesser);
    append(*ledger, greater);
    CHECK(of(append(*ledger, greater), Kind::Turn) == Tally{0, 0, 1});
    CHECK(of(append(*ledger, lesser), Kind::Turn) == Tally{0, 0, 1});
  }
  CHECK(stop_reasons(*ledger) == Strings{"greater"});
  Batch expected;
  expected.add(greater);
  check_holds(*ledger, expected);
}

TEST_CASE("the same record twice") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch batch;
  for (const Kind kind : kAllKinds) batch.add_row(kind, full_row(kind));
  batch.sort();
  const Tallies first = ledger->append(batch);
  const Tallies second = ledger->append(batch);
  for (const Kind kind : kAllKinds) {
    INFO(describe(kind).name);
    CHECK(of(first, kind) == Tally{1, 0, 0});
    CHECK(of(second, kind) == Tally{0, 0, 1});
  }
  check_holds(*ledger, batch);
}

TEST_CASE("the same record twice in a batch") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(of(append(*ledger, turn("m"), turn("m")), Kind::Turn) == Tally{1, 0, 1});
  CHECK(of(append(*ledger, turn("m"), turn("n"), turn("m")), Kind::Turn) == Tally{1, 0, 2});
  CHECK(message_ids(*ledger->snapshot()) == Strings{"m", "n"});
}

TEST_CASE("a greater revision wins, even with a later time") {
  check_greater(version_of_m(2, at(9), "greater"), version_of_m(1, at(0), "lesser"));
}

TEST_CASE("a greater revision without a time wins") {
  check_greater(version_of_m(2, std::nullopt, "greater"), version_of_m(1, at(0), "lesser"));
}

TEST_CASE("on equal revisions the earlier time wins") {
  check_greater(version_of_m(1, at(0), "greater"),
                version_of_m(1, Instant{at(0).us + 1}, "lesser"));
}

TEST_CASE("on equal revisions a time before 1970 wins over a later one") {
  check_greater(version_of_m(1, Instant{-2}, "greater"), version_of_m(1, Instant{-1}, "lesser"));
}

TEST_CASE("on equal revisions any time wins over none") {
  check_greater(version_of_m(1, at(1'000'000'000), "greater"),
                version_of_m(1, std::nullopt, "lesser"));
}

TEST_CASE("on equal revisions and times the tie decides") {
  // Which tie is greater is a matter of hashes; those of copies lie below zero.
  Turn lesser = version_of_m(1, at(0), "lesser");
  Turn greater = version_of_m(1, at(0), "greater");
  lesser.is_sidechain = greater.is_sidechain = GENERATE(false, true);
  const auto tie = [](const Turn& record) {
    Batch batch;
    batch.add(record);
    return tie_of(Kind::Turn, batch.row(Kind::Turn, 0));
  };
  int64_t input = 0;
  do {
    lesser.input = ++input;
  } while (tie(lesser) >= tie(greater));
  check_greater(greater, lesser);
}

TEST_CASE("of equal copies in one session the main thread's is the original") {
  Turn copy = version_of_m(1, at(0), "copy");
  copy.is_sidechain = true;
  Turn original = version_of_m(1, at(0), "greater");
  original.input = GENERATE(1, 2, 3);  // whatever the hashes are
  check_greater(original, copy);
}

TEST_CASE("without times at all the tie decides") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const Turn a = version_of_m(1, std::nullopt, "a");
  const Turn b = version_of_m(1, std::nullopt, "b");
  Batch expected;
  expected.add(a);
  expected.add(b);
  SECTION("a, b") {
    append(*ledger, a);
    append(*ledger, b);
  }
  SECTION("b, a") {
    append(*ledger, b);
    append(*ledger, a);
  }
  check_holds(*ledger, expected);
}

TEST_CASE("the greater record wins whole, with what it does not say") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch expected;
  for (const Kind kind : kAllKinds) {
    TestRow lesser = full_row(kind);
    TestRow greater = bare_row(kind);
    greater["id"] = lesser["id"];
    greater["revision"] = Cell::integer(lesser["revision"].integer() + 1);
    append_row(*ledger, kind, lesser);
    CHECK(of(append_row(*ledger, kind, greater), kind) == Tally{0, 1, 0});
    CHECK(of(append_row(*ledger, kind, lesser), kind) == Tally{0, 0, 1});
    expected.add_row(kind, greater);
  }
  check_holds(*ledger, expected);
}

TEST_CASE("kinds without a time are decided by revision and tie") {
  const Kind kind = GENERATE(Kind::Sighting, Kind::Host, Kind::HostNote);
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch expected;
  std::vector<TestRow> rows;
  for (const int seed : {1, 2, 3}) {
    rows.push_back(full_row(kind, seed));
    rows.back()["id"] = rows.front()["id"];
    rows.back()["revision"] = Cell::integer(5);
    expected.add_row(kind, rows.back());
  }
  for (const TestRow& row : rows) append_row(*ledger, kind, row);
  check_holds(*ledger, expected);
}

TEST_CASE("a void of a newer parser replaces the record, an older record does not come back") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn rejected = version_of_m(make_revision(2), at(0), "void");
  rejected.is_void = true;
  append(*ledger, version_of_m(make_revision(1), at(0), "read"));
  CHECK(of(append(*ledger, rejected), Kind::Turn) == Tally{0, 1, 0});
  append(*ledger, version_of_m(make_revision(1, 100), at(0), "read"));
  CHECK(stop_reasons(*ledger) == Strings{"void"});
  CHECK(ledger->snapshot()->count(Kind::Turn) == 1);
}

TEST_CASE("distinct messages of equal time, model and usage all stay") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(of(append(*ledger, turn("m1"), turn("m2"), turn("m1", "t")), Kind::Turn) == Tally{3, 0, 0});
  CHECK(of(append(*ledger, turn("m3")), Kind::Turn) == Tally{1, 0, 0});
  CHECK(message_ids(*ledger->snapshot()) == Strings{"m1", "m1", "m2", "m3"});
}

TEST_CASE("versions of one record leave the same in every order") {
  const std::vector<Turn> versions = {version_of_m(1, at(0), "a"), version_of_m(1, at(0), "b"),
                                      version_of_m(1, at(1), "c"),
                                      version_of_m(1, std::nullopt, "d")};
  std::vector<size_t> order = {0, 1, 2, 3};
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch expected;
  do {
    // A store for each order would take long, a session for each does as well.
    std::string session = "order";
    for (const size_t i : order) session += " " + std::to_string(i);
    for (const size_t i : order) {
      Turn version = versions[i];
      version.session_id = session;
      version = with_key(version);
      expected.add(version);
      append(*ledger, version);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  REQUIRE(expected.row_count() == 24);
  check_holds(*ledger, expected);
}

TEST_CASE("the ledger is a function of the set of records, not of their order or batches") {
  Random random(20260101);
  std::vector<Turn> records = random_turns(random, 120);
  Batch expected;
  for (const Turn& record : records) expected.add(record);
  for (int round = 0; round < 4; ++round) {
    const TestStore store;
    const auto ledger = store.open_migrated();
    random.shuffle(records);
    for (size_t i = 0; i < records.size();) {
      Batch batch;
      for (size_t n = 1 + random.below(40); n > 0 && i < records.size(); --n)
        batch.add(records[i++]);
      batch.sort();
      ledger->append(batch);
    }
    check_holds(*ledger, expected);
  }
}

}  // namespace
}  // namespace relayburn
