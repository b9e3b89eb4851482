// A store that is not there yet, and one that just was made.

#include <catch2/catch.hpp>

#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

void check_empty(StorageAdapter& ledger) {
  const auto snapshot = ledger.snapshot();
  Batch nothing;
  check_holds(*snapshot, nothing);
  CHECK(snapshot->runs().empty());
  size_t groups = 0;
  const auto count_group = [&](Row, const GroupSums&) { ++groups; };
  snapshot->aggregate({}, count_group);
  snapshot->aggregate({.group_by = {GroupColumn::Model}}, count_group);
  CHECK(groups == 0);
  CHECK(ledger.cursors("host").empty());
}

TEST_CASE("of a missing store info says so") {
  const TestStore store;
  const StoreInfo info = store.open()->info();
  CHECK(info.schema == SchemaState::Missing);
  CHECK(info.schema_version == 0);
  CHECK(info.newest_version > 0);
  CHECK_FALSE(info.location.empty());
}

TEST_CASE("a missing store reads as an empty one, and reading creates nothing") {
  const TestStore store;
  const auto ledger = store.open();
  ledger->info();
  check_empty(*ledger);
  CHECK(store.files().empty());
  CHECK(store.open()->info().schema == SchemaState::Missing);
}

TEST_CASE("a snapshot of a missing store stays empty when the store is made") {
  const TestStore store;
  const auto ledger = store.open();
  const auto snapshot = ledger->snapshot();
  append(*store.open_migrated(), turn("m"));
  CHECK(message_ids(*snapshot).empty());
  CHECK(message_ids(*ledger->snapshot()) == std::vector<std::string>{"m"});
}

TEST_CASE("an append to a missing store fails and creates nothing") {
  const TestStore store;
  const auto ledger = store.open();
  CHECK_THROWS_AS(append(*ledger, turn("m")), Error);
  CHECK(store.open()->info().schema == SchemaState::Missing);
}

TEST_CASE("a lock may be taken before there is a store, and makes none") {
  const TestStore store;
  const auto ledger = store.open();
  int64_t version = 0;
  ledger->with_lock("ingest", [&] {
    CHECK(ledger->info().schema == SchemaState::Missing);
    version = ledger->migrate().to_version;
  });
  CHECK(ledger->info().schema_version == version);
}

TEST_CASE("migrate makes an empty store") {
  const TestStore store;
  const auto ledger = store.open();
  const MigrationResult result = ledger->migrate();
  CHECK(result.from_version == 0);
  CHECK(result.backup.empty());
  const StoreInfo info = ledger->info();
  CHECK(info.schema == SchemaState::Current);
  CHECK(info.schema_version == result.to_version);
  CHECK(info.newest_version == result.to_version);
  check_empty(*ledger);
}

TEST_CASE("an empty batch changes nothing") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(ledger->append(Batch()) == Tallies());
  check_empty(*ledger);
}

}  // namespace
}  // namespace relayburn
