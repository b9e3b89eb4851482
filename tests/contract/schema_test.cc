// Reopening, migrating, and stores that are not ours to touch.

#include <catch2/catch.hpp>
#include <functional>

#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

// The kind of the Error, or a word where there was none.
std::string failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    INFO(error.what());
    switch (error.kind) {
      case ErrorKind::SchemaTooNew:
        return "too new";
      case ErrorKind::Corrupt:
        return "corrupt";
      default:
        return "other: " + std::string(error.what());
    }
  }
  return "nothing was thrown";
}

TEST_CASE("a reopened store has what was written, and takes more") {
  const TestStore store;
  Batch all;
  for (const Kind kind : kAllKinds) all.add_row(kind, full_row(kind));
  store.open_migrated()->append(all);
  check_holds(*store.open(), all);
  append(*store.open(), turn("m"));
  all.add(turn("m"));
  check_holds(*store.open(), all);
  CHECK(store.open()->info().schema == SchemaState::Current);
}

TEST_CASE("migrating again changes nothing") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  const std::string before = digest(*ledger);
  const auto reopened = store.open();
  for (StorageAdapter* adapter : {ledger.get(), reopened.get()}) {
    const MigrationResult again = adapter->migrate();
    CHECK(again.from_version == again.to_version);
    CHECK(again.to_version == adapter->info().newest_version);
    CHECK(again.backup.empty());
    CHECK(digest(*adapter) == before);
  }
}

TEST_CASE("processes that migrate at once all succeed") {
  const TestStore store;
  const Signal start;
  std::vector<Child> children;
  for (int i = 0; i < 3; ++i)
    children.emplace_back([&, i] {
      const auto ledger = store.open();
      start.expect();
      ledger->migrate();
      append(*ledger, turn(kept("m" + std::to_string(i))));
    });
  start.raise(3);
  for (Child& child : children) CHECK(child.succeeded());
  CHECK(message_ids(*store.open()->snapshot()) == std::vector<std::string>{"m0", "m1", "m2"});
}

class TooNewStore {
 public:
  TooNewStore() {
    append(*store_.open_migrated(), turn("m"));
    backend_under_test().make_too_new(store_.place());
    ledger_ = store_.open();
  }
  StorageAdapter* operator->() const { return ledger_.get(); }
  StorageAdapter& operator*() const { return *ledger_; }

 private:
  TestStore store_;
  std::unique_ptr<StorageAdapter> ledger_;
};

TEST_CASE("of a store that a newer relayburn wrote info tells the version") {
  const TooNewStore ledger;
  const StoreInfo info = ledger->info();
  CHECK(info.schema_version > info.newest_version);
  CHECK(info.newest_version > 0);
  CHECK(info.schema != SchemaState::Missing);
}

TEST_CASE("a store that a newer relayburn wrote is neither read nor written") {
  const TooNewStore ledger;
  CHECK(failure_of([&] { ledger->snapshot(); }) == "too new");
  CHECK(failure_of([&] { append(*ledger, turn("n")); }) == "too new");
  CHECK(failure_of([&] { ledger->migrate(); }) == "too new");
  CHECK(failure_of([&] { ledger->cursors("host"); }) == "too new");
  CHECK(failure_of([&] { ledger->prune_content({}); }) == "too new");
}

TEST_CASE("a store that a newer relayburn wrote is not locked") {
  const TooNewStore ledger;
  bool has_run = false;
  CHECK(failure_of([&] { ledger->with_lock("ingest", [&] { has_run = true; }); }) == "too new");
  CHECK_FALSE(has_run);
}

TEST_CASE("a store that a newer relayburn upgraded under an open adapter is not written any more") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  backend_under_test().make_too_new(store.place());
  CHECK(failure_of([&] { append(*ledger, turn("n")); }) == "too new");
  CHECK(failure_of([&] { ledger->snapshot(); }) == "too new");
}

TEST_CASE("a store of other bytes than ours is corrupt, and stays as it is") {
  const TestStore store;
  append(*store.open_migrated(), turn("m"));
  backend_under_test().corrupt(store.place());
  const auto files = store.files();
  const auto ledger = store.open();
  CHECK(failure_of([&] { ledger->snapshot(); }) == "corrupt");
  CHECK(failure_of([&] { append(*ledger, turn("n")); }) == "corrupt");
  CHECK(failure_of([&] { ledger->migrate(); }) == "corrupt");
  CHECK(failure_of([&] { ledger->cursors("host"); }) == "corrupt");
}

}  // namespace
}  // namespace relayburn
