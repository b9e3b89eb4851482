// Content: listed by session, deduplicated, pruned by age, and never resurrected.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

int64_t prune(StorageAdapter& ledger, Instant cutoff, Strings kept_sessions = {},
              bool dry_run = false) {
  ContentPrune order;
  order.cutoff = cutoff;
  order.dry_run = dry_run;
  if (!kept_sessions.empty())
    order.keep = [=](std::string_view, std::string_view session) {
      return std::find(kept_sessions.begin(), kept_sessions.end(), session) != kept_sessions.end();
    };
  return ledger.prune_content(order);
}

// What is visible, which count() must agree with.
Strings visible(StorageAdapter& ledger) {
  const auto snapshot = ledger.snapshot();
  const Strings found = bodies(*snapshot);
  CHECK(snapshot->count(Kind::Content) == static_cast<int64_t>(found.size()));
  return found;
}

TEST_CASE("content is listed by session") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("one", "a"), content("two", "a"), content("three", "b"),
         content("four", std::nullopt));
  const auto snapshot = ledger->snapshot();
  CHECK(bodies(*snapshot, {.session_id = "a"}) == Strings{"one", "two"});
  CHECK(bodies(*snapshot, {.session_id = "b"}) == Strings{"three"});
  CHECK(bodies(*snapshot, {.session_id = "c"}).empty());
}

TEST_CASE("content is deduplicated within its session") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("same", "a"));
  CHECK(of(append(*ledger, content("same", "a"), content("same", "a")), Kind::Content) ==
        Tally{0, 0, 2});
  CHECK(of(append(*ledger, content("same", "b")), Kind::Content) == Tally{1, 0, 0});
  CHECK(visible(*ledger) == Strings{"same", "same"});
}

TEST_CASE("prune deletes what is older than the cutoff and nothing else") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("older", "a", at(9)), content("at it", "a", at(10)),
         content("newer", "a", at(11)), content("timeless", "a", std::nullopt),
         content("no session", std::nullopt, at(1)), content("before 1970", "b", Instant{-1}),
         turn("m"), tool_call("t"));
  CHECK(prune(*ledger, at(10)) == 3);
  const Strings left = {"at it", "newer", "timeless"};
  CHECK(visible(*ledger) == left);
  CHECK(ledger->snapshot()->count(Kind::Turn) == 1);
  CHECK(ledger->snapshot()->count(Kind::ToolCall) == 1);
  CHECK(visible(*store.open()) == left);
  CHECK(prune(*ledger, at(10)) == 0);
  CHECK(visible(*ledger) == left);
}

TEST_CASE("prune leaves the sessions that are to be kept, and asks once for each") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Content other_source = content("other source", "kept", at(1));
  other_source.source = "codex";
  other_source.id = content_key("codex", "kept", "m", "text", "other source");
  append(*ledger, content("one", "kept", at(1)), content("two", "kept", at(2)),
         content("three", "gone", at(1)), content("four", "gone", at(2)), other_source);
  std::map<std::pair<std::string, std::string>, int> asked;
  ContentPrune order;
  order.cutoff = at(10);
  order.keep = [&](std::string_view source, std::string_view session) {
    ++asked[{std::string(source), std::string(session)}];
    return source == "claude-code" && session == "kept";
  };
  CHECK(ledger->prune_content(order) == 3);
  CHECK(visible(*ledger) == Strings{"one", "two"});
  CHECK(asked == decltype(asked){{{"claude-code", "gone"}, 1},
                                 {{"claude-code", "kept"}, 1},
                                 {{"codex", "kept"}, 1}});
}

TEST_CASE("a dry run counts and changes nothing") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("old", "a", at(1)), content("kept", "b", at(1)),
         content("new", "a", at(10)));
  CHECK(prune(*ledger, at(10), {"b"}, true) == 1);
  CHECK(visible(*ledger) == Strings{"kept", "new", "old"});
  append(*ledger, content("late", "a", at(2)));
  CHECK(visible(*ledger) == Strings{"kept", "late", "new", "old"});
  CHECK(prune(*ledger, at(10), {"b"}) == 2);
}

TEST_CASE("what comes in late and lies before the cutoff stays hidden") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("old", "a", at(1)), content("kept", "b", at(1)));
  prune(*ledger, at(10), {"b"});
  append(*ledger, content("old", "a", at(1)), content("late", "a", at(9)),
         content("edge", "a", at(10)), content("late and kept", "b", at(2)),
         content("other", "c", at(3)), content("timeless", "a", std::nullopt));
  const Strings expected = {"edge", "kept", "late and kept", "timeless"};
  CHECK(visible(*ledger) == expected);
  CHECK(visible(*store.open()) == expected);
  CHECK(bodies(*ledger->snapshot(), {.session_id = "a"}) == Strings{"edge", "timeless"});
  CHECK(bodies(*ledger->snapshot(), {.until = at(10)}) == Strings{"kept", "late and kept"});
}

TEST_CASE("a prune of an empty ledger hides what comes later") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(prune(*ledger, at(10)) == 0);
  append(*ledger, content("late", "a", at(9)), content("new", "a", at(10)));
  CHECK(visible(*ledger) == Strings{"new"});
}

TEST_CASE("an earlier cutoff takes nothing back of a later one") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  prune(*ledger, at(10));
  prune(*ledger, at(5));
  append(*ledger, content("late", "a", at(7)));
  CHECK(visible(*ledger).empty());
}

TEST_CASE("an earlier cutoff leaves what a later one kept") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("kept", "a", at(7)), content("gone", "b", at(7)));
  prune(*ledger, at(10), {"a"});
  CHECK(prune(*ledger, at(5)) == 0);
  CHECK(visible(*ledger) == Strings{"kept"});
}

TEST_CASE("a session that is kept no longer goes with the next prune") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("a", "a", at(1)), content("b", "b", at(1)));
  prune(*ledger, at(10), {"a", "b"});
  CHECK(visible(*ledger) == Strings{"a", "b"});
  CHECK(prune(*ledger, at(10), {"b"}) == 1);
  CHECK(visible(*ledger) == Strings{"b"});
  append(*ledger, content("late a", "a", at(1)), content("late b", "b", at(1)));
  CHECK(visible(*ledger) == Strings{"b", "late b"});
}

TEST_CASE("a ledger that was pruned takes records as before") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m1"), content("old", "a", at(1)), content("new", "a", at(20)));
  prune(*ledger, at(10));
  CHECK(of(append(*ledger, turn("m1"), turn("m2")), Kind::Turn) == Tally{1, 0, 1});
  CHECK(of(append(*ledger, content("new", "a", at(20))), Kind::Content) == Tally{0, 0, 1});
  CHECK(visible(*ledger) == Strings{"new"});
  const auto second = store.open();
  CHECK(of(append(*second, turn("m2"), turn("m3")), Kind::Turn) == Tally{1, 0, 1});
  CHECK(message_ids(*ledger->snapshot()) == Strings{"m1", "m2", "m3"});
}

TEST_CASE("a prune keeps cursors and the counts of runs") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.add(content("old", "a", at(1)));
  batch.add(turn("m"));
  batch.cursors.push_back({.source = "codex", .path = "/log", .state = "s"});
  const Tallies first = ledger->append(batch);
  prune(*ledger, at(10));
  CHECK(ledger->cursors("host") == batch.cursors);
  CHECK(ledger->snapshot()->runs().at(0).tallies == first);
  // The same batch again, after a lost answer, still is known.
  CHECK(ledger->append(batch) == first);
  CHECK(visible(*ledger).empty());
}

TEST_CASE("another adapter sees a prune, a snapshot from before does not") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, content("old", "a", at(1)));
  const auto other = store.open();
  const auto before = other->snapshot();
  CHECK(bodies(*before) == Strings{"old"});
  prune(*ledger, at(10));
  CHECK(bodies(*before) == Strings{"old"});
  CHECK(visible(*other).empty());
}

}  // namespace
}  // namespace relayburn
