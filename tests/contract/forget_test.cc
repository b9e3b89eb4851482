// Forgetting: what is covered is void in every backend, whoever came first.

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <set>

#include "core/base/file.h"
#include "core/ledger/copy_ledger.h"
#include "core/ledger/forgetting.h"
#include "core/records/stamps.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

// Every kind once, of a session that runs in a directory.
void add_session(Batch& batch, std::string_view session, std::string_view cwd) {
  const auto name = [&](const char* what) { return kept(std::string(session) + " " + what); };
  Turn reply = turn(name("reply"), session);
  reply.cwd = cwd;
  batch.add(reply);
  batch.add(tool_call(name("call"), session));
  batch.add(content(name("body"), session));
  add_stamp(batch, stamp(kept(R"({"of":")" + std::string(session) + "\"}"), session));
  Sighting seen = sighting("host", session);
  seen.cwd = cwd;
  seen.id = sighting_key(seen);
  batch.add(seen);
  Relationship edge;
  edge.revision = 1;
  edge.source = "claude-code";
  edge.session_id = "other";
  edge.type = "fork";
  edge.related_session_id = session;
  edge.id = relationship_key(edge);
  batch.add(edge);
}

void finish(StorageAdapter& ledger, Batch& batch, const Forgotten& forgotten, size_t known) {
  batch.sort();
  ledger.append(batch);
  if (forgotten.size() > known) sweep_forgotten(ledger);
}

// As ingest does.
void ingest_session(StorageAdapter& ledger, std::string_view session, std::string_view cwd) {
  Forgotten forgotten = forgotten_of(*ledger.snapshot());
  const size_t known = forgotten.size();
  Batch batch;
  batch.forgotten = &forgotten;
  add_session(batch, session, cwd);
  finish(ledger, batch, forgotten, known);
}

void forget(StorageAdapter& ledger, const Forget& forget) {
  append(ledger, forget);
  sweep_forgotten(ledger);
}

std::string text_of(StorageAdapter& ledger) {
  std::string text;
  const auto snapshot = without_forgotten(ledger.snapshot());
  for (const Kind kind : kAllKinds)
    snapshot->scan(kind, {}, [&](Row row) { text += record_line(kind, row) + "\n"; });
  return text;
}

int64_t turns_of(Snapshot& snapshot) {
  int64_t turns = 0;
  snapshot.aggregate({}, [&](Row, const GroupSums& sums) { turns += sums.turns; });
  return turns;
}

TEST_CASE("the ledger is the same whichever came first, forget or the records") {
  const std::vector<std::function<void(StorageAdapter&)>> steps = {
      [](StorageAdapter& ledger) { ingest_session(ledger, "secret", "/srv/a"); },
      [](StorageAdapter& ledger) { ingest_session(ledger, "plain", "/srv/b"); },
      [](StorageAdapter& ledger) { ingest_session(ledger, "wandering", "/srv/b"); },
      [](StorageAdapter& ledger) { ingest_session(ledger, "wandering", "/srv/hidden"); },
      [](StorageAdapter& ledger) { forget(ledger, forget_session("secret")); },
      [](StorageAdapter& ledger) { forget(ledger, forget_project("/srv/hidden")); },
  };
  Random random(8);
  std::set<std::string> texts;
  std::vector<size_t> order = {0, 1, 2, 3, 4, 5};
  for (int trial = 0; trial < 12; ++trial) {
    const TestStore store;
    const auto ledger = store.open_migrated();
    for (const size_t step : order) steps[step](*ledger);
    for (int i = 0; i < 2; ++i) steps[random.below(steps.size())](*ledger);
    texts.insert(text_of(*ledger));
    CHECK(turns_of(*without_forgotten(ledger->snapshot())) == 1);
    CHECK(turns_of(*ledger->snapshot()) == 1);
    random.shuffle(order);
  }
  CHECK(texts.size() == 1);
  for (const char* name : {"secret", "wandering", "/srv/a", "/srv/hidden"})
    CHECK(texts.begin()->find(name) == std::string::npos);
  CHECK(texts.begin()->find("plain") != std::string::npos);
}

TEST_CASE("of what is forgotten the keys stay, void") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  ingest_session(*ledger, "secret", "/srv/a");
  Batch before;
  add_session(before, "secret", "/srv/a");
  forget(*ledger, forget_session("secret"));
  const auto snapshot = ledger->snapshot();
  for (const Kind kind : {Kind::Turn, Kind::ToolCall, Kind::Stamp, Kind::Relationship}) {
    snapshot->scan(kind, {}, [&](Row row) {
      CHECK(is_forget_tombstone(row));
      CHECK(row[kIdColumn] == before.row(kind, 0)[kIdColumn]);
      CHECK(row[2] == Cell::integer(1));  // is_void
      CHECK(row[describe(kind).session].is_null());
    });
    CHECK(snapshot->count(kind) == 1);
  }
}

TEST_CASE("a reader sees what nobody has swept yet as void") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  ingest_session(*ledger, "plain", "/srv/b");
  // A host that did not know of it yet, and was killed before it looked again.
  append(*ledger, forget_session("secret"));
  Batch batch;
  add_session(batch, "secret", "/srv/a");
  ledger->append(batch);
  CHECK(turns_of(*ledger->snapshot()) == 2);
  CHECK(turns_of(*without_forgotten(ledger->snapshot())) == 1);
  const std::string unswept = text_of(*ledger);
  CHECK(unswept.find("secret") == std::string::npos);
  CHECK(sweep_forgotten(*ledger).records == 6);
  CHECK(sweep_forgotten(*ledger).records == 0);
  CHECK(text_of(*ledger) == unswept);
}

TEST_CASE("a copy takes along what is forgotten, and keeps it out") {
  const TestStore from, to;
  const auto source = from.open_migrated();
  const auto target = to.open_migrated();
  ingest_session(*source, "secret", "/srv/a");
  ingest_session(*target, "secret", "/srv/a");
  ingest_session(*source, "plain", "/srv/b");
  forget(*source, forget_session("secret"));
  const auto snapshot = without_forgotten(source->snapshot());
  Forgotten forgotten = forgotten_of(*target->snapshot());
  copy_ledger(*snapshot, {}, &forgotten, [&](const Batch& batch) { return target->append(batch); });
  CHECK(forgotten.size() == 1);
  sweep_forgotten(*target);
  CHECK(text_of(*target) == text_of(*source));
}

TEST_CASE("a dry look says what would go") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  ingest_session(*ledger, "a", "/srv/a");
  ingest_session(*ledger, "b", "/srv/a");
  Forgotten forgotten;
  forgotten.add(forget_project("/srv/a").id);
  const Swept swept = would_sweep(*ledger->snapshot(), forgotten);
  CHECK(swept.sessions == 2);
  CHECK(swept.records == 12);
  CHECK(turns_of(*ledger->snapshot()) == 2);
}

// What a file of the store holds; a database server's files are its own.
bool lies_in_files(const TestStore& store, const std::string& text) {
  for (const std::string& path : store.files())
    if (!std::filesystem::is_directory(path) &&
        read_whole_file(path).find(text) != std::string::npos)
      return true;
  return false;
}

TEST_CASE("the old form is off the disk") {
  const TestStore store;
  auto ledger = store.open_migrated();
  const std::string giant(100'000, 'x');
  append(*ledger, content(kept("whispered" + giant), "secret"), content("spoken", "plain"));
  ingest_session(*ledger, "secret", "/srv/a");
  const bool has_files = lies_in_files(store, "spoken");
  CHECK(lies_in_files(store, "whispered") == has_files);
  forget(*ledger, forget_session("secret"));
  CHECK_FALSE(lies_in_files(store, "whispered"));
  CHECK_FALSE(lies_in_files(store, "secret"));
  CHECK(lies_in_files(store, "spoken") == has_files);
  CHECK(bodies(*store.open()->snapshot()).size() == 3);  // two of them empty
}

TEST_CASE("cursors stay, and what was counted stays counted") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch batch;
  batch.run = {"run-1", "host", 1};
  add_session(batch, "secret", "/srv/a");
  batch.cursors.push_back({.source = "claude-code", .path = "/logs/a.jsonl", .offset = 7});
  batch.sort();
  const Tallies tallies = ledger->append(batch);
  forget(*ledger, forget_session("secret"));
  CHECK(ledger->cursors("host").size() == 1);
  CHECK(ledger->append(batch) == tallies);
  batch.clear();
  batch.add(turn("later", "plain"));
  CHECK(of(ledger->append(batch), Kind::Turn) == Tally{1, 0, 0});
}

}  // namespace
}  // namespace relayburn
