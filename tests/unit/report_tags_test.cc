#include <catch2/catch.hpp>
#include <string>

#include "core/records/stamps.h"
#include "tests/unit/report_records.h"

namespace relayburn {
namespace {

using Rows = std::vector<std::string>;

Instant at(int64_t seconds) { return {seconds * 1'000'000}; }

Turn turn_at(int number, std::string_view session, int64_t seconds) {
  Turn turn = test_turn(number, session, "cheap", 100 - number);
  turn.ts = at(seconds);
  return turn;
}

Stamp stamp_of(std::string_view enrichment, std::optional<Instant> ts = at(1)) {
  Stamp stamp;
  stamp.revision = 1;
  stamp.ts = ts;
  stamp.enrichment = enrichment;
  return stamp;
}

// The tag "t" of each session, sessions in the order of their turns.
Rows tags(MemorySnapshot& ledger) { return row_names(report_of(by({"session", "tag:t"}), ledger)); }

TEST_CASE("a stamp on a session tags its turns", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "a", 5)).add(turn_at(2, "b", 5));
  Stamp stamp = stamp_of(R"({"t":"x","u":"y"})");
  stamp.session_id = "a";
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"a/x", "b/-"});
  CHECK(row_names(report_of(by({"tag:u"}), ledger)) == Rows{"y", "-"});
  CHECK(row_names(report_of(by({"tag:none"}), ledger)) == Rows{"-"});
}

TEST_CASE("a stamp on a message tags that message", "[report]") {
  MemorySnapshot ledger;
  Turn turn = turn_at(1, "a", 5);
  turn.message_id = "msg_1";
  ledger.add(turn).add(turn_at(2, "a", 5));
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.message_id = "msg_1";
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"a/x", "a/-"});
}

TEST_CASE("a stamp on a range tags from its first to its last instant", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "before", 9)).add(turn_at(2, "first", 10)).add(turn_at(3, "inside", 15));
  ledger.add(turn_at(4, "last", 20)).add(turn_at(5, "after", 21));
  Turn timeless = turn_at(6, "timeless", 0);
  timeless.ts.reset();
  Turn just_after = turn_at(7, "just after", 20);
  just_after.ts->us += 1;
  ledger.add(timeless).add(just_after);
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.from_ts = at(10);
  stamp.to_ts = at(20);
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) ==
        Rows{"before/-", "first/x", "inside/x", "last/x", "after/-", "timeless/-", "just after/-"});
}

TEST_CASE("a range may be open at its end", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "before", 9)).add(turn_at(2, "after", 10));
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.from_ts = at(10);
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"before/-", "after/x"});
}

TEST_CASE("a range may be open at its beginning", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "before", 9)).add(turn_at(2, "last", 10)).add(turn_at(3, "after", 11));
  Turn timeless = turn_at(4, "timeless", 0);
  timeless.ts.reset();
  ledger.add(timeless);
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.to_ts = at(10);
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"before/x", "last/x", "after/-", "timeless/-"});
}

TEST_CASE("all parts of a selector must hold", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "a", 5)).add(turn_at(2, "b", 5)).add(turn_at(3, "a", 50));
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.session_id = "a";
  stamp.from_ts = at(0);
  stamp.to_ts = at(10);
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"a/x", "b/-", "a/-"});
}

TEST_CASE("a later stamp overrides tag by tag, one without a time is the first", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "a", 5));
  const auto stamp = [&](std::string_view enrichment, std::optional<Instant> ts) {
    Stamp each = stamp_of(enrichment, ts);
    each.session_id = "a";
    add_stamp(ledger.batch, each);
  };
  stamp(R"({"t":"late"})", at(9));
  stamp(R"({"t":"early","u":"kept"})", at(3));
  stamp(R"({"t":"timeless","v":"kept too"})", std::nullopt);
  CHECK(row_names(report_of(by({"tag:t", "tag:u", "tag:v"}), ledger)) ==
        Rows{"late/kept/kept too"});
}

TEST_CASE("the tag filter wants the folded value", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "a", 5)).add(turn_at(2, "b", 5));
  for (const auto& [value, time] : {std::pair("old", 1), std::pair("new", 2)}) {
    const std::string enrichment = enrichment_json({{"t", value}});
    Stamp stamp = stamp_of(enrichment, at(time));
    stamp.session_id = "a";
    add_stamp(ledger.batch, stamp);
  }
  const auto turns = [&](std::vector<std::pair<std::string, std::string>> wanted) {
    ReportQuery query = by({"model"});
    query.filters.tag = std::move(wanted);
    return report_of(query, ledger).totals.sums.turns;
  };
  CHECK(turns({{"t", "new"}}) == 1);
  CHECK(turns({{"t", "old"}}) == 0);
  CHECK(turns({{"t", ""}}) == 0);
  CHECK(turns({{"t", "new"}, {"u", "x"}}) == 0);
}

TEST_CASE("a void stamp tags nothing", "[report]") {
  MemorySnapshot ledger;
  ledger.add(turn_at(1, "a", 5));
  Stamp stamp = stamp_of(R"({"t":"x"})");
  stamp.session_id = "a";
  stamp.is_void = true;
  add_stamp(ledger.batch, stamp);
  CHECK(tags(ledger) == Rows{"a/-"});
}

}  // namespace
}  // namespace relayburn
