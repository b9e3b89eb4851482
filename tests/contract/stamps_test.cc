// Stamps: kept like every record, folded onto turns when a report asks.

#include "core/records/stamps.h"

#include <catch2/catch.hpp>

#include "core/records/described.h"
#include "core/report/facts/tag_resolver.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

void put(StorageAdapter& ledger, const Stamp& stamp) {
  Batch batch;
  add_stamp(batch, stamp);
  ledger.append(batch);
}

// The fold of all that is stored, by message id.
std::map<std::string, Tags> folded(StorageAdapter& ledger) {
  const auto snapshot = ledger.snapshot();
  TagResolver fold;
  fold.load(*snapshot, {"message", "only", "range", "session", "sole", "team"});
  std::map<std::string, Tags> tags;
  snapshot->scan(Kind::Turn, {}, [&](Row row) {
    const auto read = from_row<Turn>(row);
    tags[std::string(read.message_id)] = fold.tags(read.session_id, read.message_id, read.ts);
  });
  return tags;
}

Stamp any_stamp(std::string_view enrichment) { return stamp(enrichment, std::nullopt); }

TEST_CASE("a stamp folds onto the turns that its selector names") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Turn late = turn("late");
  late.ts = at(50);
  Turn timeless = turn("timeless");
  timeless.ts.reset();
  append(*ledger, turn("m"), turn("other", "t"), turn("none", std::nullopt), late, timeless);

  put(*ledger, stamp(R"({"session":"s"})", "s"));
  Stamp of_message = any_stamp(R"({"message":"m"})");
  of_message.message_id = "m";
  put(*ledger, of_message);
  Stamp of_range = any_stamp(R"({"range":"yes"})");
  of_range.from_ts = at(10);
  of_range.to_ts = at(50);
  put(*ledger, of_range);

  CHECK(folded(*ledger) == std::map<std::string, Tags>{
                               {"m", {{"message", "m"}, {"session", "s"}}},
                               {"other", {}},
                               {"none", {}},
                               {"late", {{"range", "yes"}, {"session", "s"}}},
                               {"timeless", {{"session", "s"}}},
                           });
}

TEST_CASE("of stamps that match the later one wins, tag by tag, however they came") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  Stamp early = stamp(R"({"only":"early","team":"early"})");
  Stamp later = stamp(R"({"team":"later"})");
  later.ts = at(1);
  Stamp timeless = stamp(R"({"only":"timeless","sole":"timeless"})");
  timeless.ts.reset();
  SECTION("in order") {
    for (const Stamp& each : {timeless, early, later}) put(*ledger, each);
  }
  SECTION("backwards") {
    for (const Stamp& each : {later, early, timeless}) put(*ledger, each);
  }
  CHECK(folded(*ledger)["m"] == Tags{{"only", "early"}, {"sole", "timeless"}, {"team", "later"}});
}

TEST_CASE("stamps of one time are folded in the order of their keys") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  const std::vector<std::string_view> tags = {R"({"team":"a"})", R"({"team":"b"})",
                                              R"({"team":"c"})"};
  std::map<Key, std::string> by_key;
  for (const std::string_view json : tags) {
    by_key[stamp_key(stamp(json))] = parse_enrichment(json)["team"];
    put(*ledger, stamp(json));
  }
  CHECK(folded(*ledger)["m"]["team"] == by_key.rbegin()->second);
}

TEST_CASE("ranges that overlap: each turn has the tags of the latest around it") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  for (int64_t second = 0; second < 8; ++second) {
    Turn record = turn(kept("m" + std::to_string(second)));
    record.ts = at(second);
    append(*ledger, record);
  }
  const auto put_range = [&](int64_t number, std::optional<int64_t> from,
                             std::optional<int64_t> to) {
    Stamp range = any_stamp(kept(R"({"team":")" + std::to_string(number) + R"("})"));
    range.ts = at(number);
    if (from) range.from_ts = at(*from);
    if (to) range.to_ts = at(*to);
    put(*ledger, range);
  };
  put_range(1, 1, 5);
  put_range(4, 2, 2);
  put_range(3, 2, 3);
  put_range(2, std::nullopt, 2);
  put_range(5, 7, std::nullopt);
  put_range(6, 6, 5);  // holds nothing
  Stamp of_session = stamp(R"({"team":"session"})", "s");
  of_session.ts = at(9);
  of_session.from_ts = at(3);
  of_session.to_ts = at(4);
  put(*ledger, of_session);
  std::string teams;
  for (const auto& [message, tags] : folded(*ledger))
    teams += message + "=" + (tags.contains("team") ? tags.at("team") : "") + " ";
  CHECK(teams == "m0=2 m1=2 m2=4 m3=session m4=session m5=1 m6= m7=5 ");
}

TEST_CASE("a hundred thousand stamps") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  constexpr int64_t count = 100'000;
  for (const int64_t second : std::vector<int64_t>{0, 5, count + 5}) {
    Turn record = turn(kept("m" + std::to_string(second)));
    record.ts = at(second);
    append(*ledger, record);
  }
  Batch batch;
  for (int64_t i = 0; i < count; ++i) {
    Stamp range = any_stamp(kept(R"({"team":")" + std::to_string(i) + R"("})"));
    range.from_ts = range.to_ts = at(i);
    add_stamp(batch, range);
    if (!batch.is_full() && i + 1 < count) continue;
    ledger->append(batch);
    batch.clear();
  }
  CHECK(folded(*ledger) == std::map<std::string, Tags>{
                               {"m0", {{"team", "0"}}}, {"m100005", {}}, {"m5", {{"team", "5"}}}});
}

TEST_CASE("a void stamp is not folded") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  Stamp record = stamp(R"({"team":"a"})");
  record.is_void = true;
  put(*ledger, record);
  CHECK(folded(*ledger)["m"].empty());
}

TEST_CASE("the same stamp twice is one") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const std::string_view tags = R"({"team":"ä \"quoted\" 😀"})";
  put(*ledger, stamp(tags));
  put(*ledger, stamp(tags));
  CHECK(scan_texts(*ledger->snapshot(), Kind::Stamp, "enrichment") == Strings{std::string(tags)});
}

TEST_CASE("a stamp with parentAgentId makes its session a subagent's") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  put(*ledger, stamp(R"({"agentId":"child-agent","parentAgentId":"parent-9"})", "child-1"));
  put(*ledger, stamp(R"({"agentId":"child-agent"})", "child-2"));
  put(*ledger, any_stamp(R"({"parentAgentId":"parent-9"})"));

  const auto snapshot = ledger->snapshot();
  CHECK(snapshot->count(Kind::Stamp) == 3);
  CHECK(snapshot->count(Kind::Relationship) == 1);
  snapshot->scan(Kind::Relationship, {.source = "spawn-env"}, [&](Row row) {
    const auto edge = from_row<Relationship>(row);
    // H over source, session, type, related session, agent and tool use
    CHECK(to_hex(edge.id).substr(0, 16) == "50d8d4a34391ceaf");
    CHECK(edge.type == "subagent");
    CHECK(edge.source == "spawn-env");
    CHECK(edge.session_id == "child-1");
    CHECK(edge.related_session_id == "parent-9");
    CHECK(edge.agent_id == "child-agent");
    CHECK_FALSE(edge.parent_tool_use_id);
    CHECK(edge.ts == at(0));
  });
  CHECK(scan_lines(*snapshot, Kind::Relationship, {.source = "spawn-env"}).size() == 1);
}

}  // namespace
}  // namespace relayburn
