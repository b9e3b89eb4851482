// Filters of scans, their edges, and the order of what they give.

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/records/described.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

Turn turn_of(std::string_view message, OptText source, OptText session, std::optional<Instant> ts) {
  Turn record = turn(message, session);
  record.source = source;
  record.ts = ts;
  return with_key(record);
}

TEST_CASE("a filter by source") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn_of("claude", "claude-code", "s", at(0)),
         turn_of("codex", "codex", "s", at(0)), turn_of("empty", "", "s", at(0)),
         turn_of("none", std::nullopt, "s", at(0)));
  const auto snapshot = ledger->snapshot();
  CHECK(message_ids(*snapshot, {.source = "codex"}) == Strings{"codex"});
  CHECK(message_ids(*snapshot, {.source = "CODEX"}).empty());
  CHECK(message_ids(*snapshot, {.source = ""}) == Strings{"empty"});
  CHECK(message_ids(*snapshot).size() == 4);
}

TEST_CASE("a filter by session, bytewise") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("small", "s"), turn("great", "S"), turn("blank", "s "), turn("empty", ""),
         turn("none", std::nullopt), turn("composed", "\u00e9"), turn("decomposed", "e\u0301"));
  const auto snapshot = ledger->snapshot();
  CHECK(message_ids(*snapshot, {.session_id = "s"}) == Strings{"small"});
  CHECK(message_ids(*snapshot, {.session_id = "S"}) == Strings{"great"});
  CHECK(message_ids(*snapshot, {.session_id = ""}) == Strings{"empty"});
  CHECK(message_ids(*snapshot, {.session_id = "\u00e9"}) == Strings{"composed"});
  CHECK(message_ids(*snapshot, {.session_id = "%"}).empty());
  CHECK(message_ids(*snapshot, {.session_id = "' OR ''='"}).empty());
}

TEST_CASE("a filter by time takes its beginning in and leaves its end out") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn_of("-1", "codex", "s", Instant{-1}), turn_of("0", "codex", "s", Instant{0}),
         turn_of("1", "codex", "s", Instant{1}), turn_of("2", "codex", "s", Instant{2}),
         turn_of("none", "codex", "s", std::nullopt));
  const auto snapshot = ledger->snapshot();
  CHECK(message_ids(*snapshot, {.since = Instant{1}}) == Strings{"1", "2"});
  CHECK(message_ids(*snapshot, {.until = Instant{1}}) == Strings{"-1", "0"});
  CHECK(message_ids(*snapshot, {.since = Instant{0}, .until = Instant{2}}) == Strings{"0", "1"});
  CHECK(message_ids(*snapshot, {.since = Instant{1}, .until = Instant{1}}).empty());
  CHECK(message_ids(*snapshot, {.since = Instant{2}, .until = Instant{0}}).empty());
}

TEST_CASE("a record without a time is outside of every time range") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn_of("none", "codex", "s", std::nullopt));
  const Instant earliest = *parse_instant("0001-01-01T00:00:00Z");
  const Instant latest = *parse_instant("9999-12-31T23:59:59.999999Z");
  const auto snapshot = ledger->snapshot();
  CHECK(message_ids(*snapshot, {.since = earliest}).empty());
  CHECK(message_ids(*snapshot, {.until = latest}).empty());
  CHECK(message_ids(*snapshot) == Strings{"none"});
}

TEST_CASE("all parts of a filter must hold") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn_of("hit", "codex", "s", at(5)), turn_of("source", "opencode", "s", at(5)),
         turn_of("session", "codex", "t", at(5)), turn_of("early", "codex", "s", at(4)),
         turn_of("late", "codex", "s", at(6)));
  const ScanFilter filter{.source = "codex", .session_id = "s", .since = at(5), .until = at(6)};
  CHECK(message_ids(*ledger->snapshot(), filter) == Strings{"hit"});
}

TEST_CASE("every kind that has the column is filtered by it, the others are given whole") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (const Kind kind : kAllKinds)
    for (const int seed : {1, 2, 3}) append_row(*ledger, kind, full_row(kind, seed));
  const auto snapshot = ledger->snapshot();
  for (const Kind kind : kAllKinds) {
    INFO(describe(kind).name);
    const KindDescription& described = describe(kind);
    const TestRow second = full_row(kind, 2);
    const auto given = [&](const ScanFilter& filter) {
      return scan_lines(*snapshot, kind, filter);
    };
    const auto expected = [&](bool is_filtered) {
      return is_filtered ? Strings{record_line(kind, second)} : given({});
    };
    CHECK(given({}).size() == 3);
    CHECK(given({.source = "source 2 ✓"}) == expected(described.source != kNoColumn));
    CHECK(given({.session_id = "session_id 2 ✓"}) == expected(described.session != kNoColumn));
    ScanFilter times;
    if (described.time != kNoColumn) times.since = Instant{second.cells[described.time].integer()};
    if (times.since) times.until = Instant{times.since->us + 1};
    CHECK(given(times) == expected(described.time != kNoColumn));
  }
}

TEST_CASE("a scan ascends by key, bytewise, however the records came") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Random random(1);
  for (int round = 0; round < 5; ++round) {
    Batch batch;
    for (int i = 0; i < 60; ++i) {
      TestRow row = full_row(Kind::UserTurn, round * 100 + i);
      std::string id(row["id"].text());
      // Half of them are told apart by one byte alone, the signed or zero ones too.
      if (i % 2 == 0)
        id = std::string(15, static_cast<char>(random.below(2) * 255)) + static_cast<char>(i * 4);
      row["id"] = Cell::text(id);
      batch.add_row(Kind::UserTurn, row);
    }
    ledger->append(batch);
  }
  std::vector<Key> keys;
  ledger->snapshot()->scan(Kind::UserTurn, {},
                           [&](Row row) { keys.push_back(row[kIdColumn].key()); });
  CHECK(keys.size() >= 150);
  CHECK(std::is_sorted(keys.begin(), keys.end()));
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  keys.clear();
  const auto key_is_kept = [&](Row row) { keys.push_back(row[kIdColumn].key()); };
  ledger->snapshot()->scan(Kind::UserTurn, {.since = at(120), .until = at(100'000)}, key_is_kept);
  CHECK_FALSE(keys.empty());
  CHECK(std::is_sorted(keys.begin(), keys.end()));
}

TEST_CASE("what a sink throws ends the scan and comes through") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m1"), turn("m2"));
  const auto snapshot = ledger->snapshot();
  int seen = 0;
  const auto throwing = [&](Row) {
    ++seen;
    throw Error(ErrorKind::Usage, "enough");
  };
  CHECK_THROWS_WITH(snapshot->scan(Kind::Turn, {}, throwing), "enough");
  CHECK(seen == 1);
  CHECK(message_ids(*snapshot) == Strings{"m1", "m2"});
}

TEST_CASE("a scan may be begun inside another one") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m1"), turn("m2"), tool_call("t1"));
  const auto snapshot = ledger->snapshot();
  Strings seen;
  snapshot->scan(Kind::Turn, {}, [&](Row turn_row) {
    snapshot->scan(Kind::ToolCall, {}, [&](Row call_row) {
      seen.push_back(std::string(from_row<Turn>(turn_row).message_id) + " " +
                     std::string(from_row<ToolCall>(call_row).tool_use_id));
    });
  });
  std::sort(seen.begin(), seen.end());
  CHECK(seen == Strings{"m1 t1", "m2 t1"});
}

}  // namespace
}  // namespace relayburn
