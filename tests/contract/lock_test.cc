// with_lock(): re-entrant for its holder, exclusive between threads and processes, and freed by
// death.

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <thread>

#include "tests/contract/child.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

constexpr int kEntries = 25;
constexpr int kProcesses = 10;

// Reads a number, waits, and writes the next one: two at once lose a count.
void count_one_up(const std::string& path) {
  int count = 0;
  std::ifstream(path) >> count;
  usleep(300);
  std::ofstream(path) << count + 1;
}

int counted(const std::string& path) {
  int count = 0;
  std::ifstream(path) >> count;
  return count;
}

void count_under_lock(StorageAdapter& ledger, const std::string& path) {
  for (int i = 0; i < kEntries; ++i) ledger.with_lock("count", [&] { count_one_up(path); });
}

// Enters the lock in another process, raises `entered`, and waits for `release` inside.
Child holder(const TestStore& store, std::string_view name, const Signal& entered,
             const Signal& release) {
  return Child([&store, name, &entered, &release] {
    store.open()->with_lock(name, [&] {
      entered.raise();
      release.expect();
    });
  });
}

TEST_CASE("a lock runs the function once, and lets go") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  int runs = 0;
  ledger->with_lock("ingest", [&] { ++runs; });
  ledger->with_lock("ingest", [&] { ++runs; });
  CHECK(runs == 2);
}

TEST_CASE("the holder of a lock may enter it again") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  int runs = 0;
  ledger->with_lock("ingest", [&] {
    ledger->with_lock("ingest", [&] {
      ledger->with_lock("other", [&] { ledger->with_lock("ingest", [&] { ++runs; }); });
    });
    ledger->with_lock("ingest", [&] { ++runs; });
  });
  CHECK(runs == 2);
}

TEST_CASE("leaving an inner lock does not free the outer one") {
  const TestStore store;
  store.create();
  const Signal is_inside, release, entered, no_wait;
  Child first([&] {
    const auto ledger = store.open();
    ledger->with_lock("ingest", [&] {
      ledger->with_lock("ingest", [] {});
      is_inside.raise();
      release.expect();
    });
  });
  REQUIRE(is_inside.wait());
  no_wait.raise();
  Child second = holder(store, "ingest", entered, no_wait);
  CHECK_FALSE(entered.wait(kAWhile));
  release.raise();
  CHECK(entered.wait());
  CHECK(first.succeeded());
  CHECK(second.succeeded());
}

TEST_CASE("the holder of a lock may append, read and migrate") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  ledger->with_lock("ingest", [&] {
    append(*ledger, turn("m"));
    ledger->migrate();
    CHECK(message_ids(*ledger->snapshot()) == std::vector<std::string>{"m"});
    append(*store.open(), turn("n"));
  });
  CHECK(ledger->snapshot()->count(Kind::Turn) == 2);
}

TEST_CASE("what the function throws comes through, and the lock is free") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const auto throwing = [] { throw Error(ErrorKind::Usage, "not so"); };
  CHECK_THROWS_WITH(ledger->with_lock("ingest", throwing), "not so");
  bool is_free = false;
  std::thread([&] { ledger->with_lock("ingest", [&] { is_free = true; }); }).join();
  CHECK(is_free);
}

// Holds one name and gives how many of the others could be entered meanwhile by other threads.
int entered_meanwhile(StorageAdapter& ledger, std::string_view held,
                      const std::vector<std::string>& others) {
  std::atomic<int> entered = 0;
  std::vector<std::thread> threads;
  int in_time = 0;
  ledger.with_lock(held, [&] {
    for (const std::string& name : others)
      threads.emplace_back([&] {
        try {
          ledger.with_lock(name, [&] { ++entered; });
        } catch (const Error& error) {
          std::cerr << error.what() << '\n';
        }
      });
    const int all = static_cast<int>(others.size());
    for (int i = 0; i < 100 && entered < all; ++i) usleep(5000);
    in_time = entered;
  });
  for (std::thread& thread : threads) thread.join();
  return in_time;
}

TEST_CASE("names are locks of their own, whatever they look like") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(entered_meanwhile(*ledger, "a", {"b", "A", "", "../a", "a/b", "ä 😀", "a b"}) == 7);
  CHECK(entered_meanwhile(*ledger, "", {"x", "X", " "}) == 3);
  CHECK(entered_meanwhile(*ledger, "/", {"x2f", "2f", "_"}) == 3);
}

TEST_CASE("names of locks may be long") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  CHECK(entered_meanwhile(*ledger, std::string(63, 'a'), {std::string(64, 'a')}) == 1);
  bool has_run = false;
  CHECK_NOTHROW(ledger->with_lock(std::string(300, 'a'), [&] { has_run = true; }));
  CHECK(has_run);
}

TEST_CASE("ledgers do not lock each other") {
  const TestStore store;
  const TestStore neighbour;
  const auto ledger = store.open_migrated();
  const auto other = neighbour.open_migrated();
  bool is_free = false;
  ledger->with_lock("ingest", [&] {
    std::thread([&] { other->with_lock("ingest", [&] { is_free = true; }); }).join();
  });
  CHECK(is_free);
}

TEST_CASE("threads exclude each other, on one adapter and on several") {
  const TestStore store;
  const auto shared = store.open_migrated();
  const auto own = store.open();
  const std::string path = store.folder() + "/count";
  std::vector<std::thread> threads;
  for (StorageAdapter* ledger : {shared.get(), shared.get(), own.get()})
    threads.emplace_back([&path, ledger] { count_under_lock(*ledger, path); });
  for (std::thread& thread : threads) thread.join();
  CHECK(counted(path) == 3 * kEntries);
}

TEST_CASE("processes exclude each other") {
  const TestStore store;
  store.create();
  const std::string path = store.folder() + "/count";
  std::vector<Child> children;
  for (int i = 0; i < kProcesses; ++i)
    children.emplace_back([&] { count_under_lock(*store.open(), path); });
  for (Child& child : children) CHECK(child.succeeded());
  CHECK(counted(path) == kProcesses * kEntries);
}

TEST_CASE("a holder that is suspended keeps its lock") {
  const TestStore store;
  store.create();
  const Signal held, release, entered, no_wait;
  Child sleeper = holder(store, "ingest", held, release);
  REQUIRE(held.wait());
  sleeper.suspend();
  no_wait.raise();
  Child other = holder(store, "ingest", entered, no_wait);
  CHECK_FALSE(entered.wait(are_long_tests() ? milliseconds(60'000) : kAWhile));
  release.raise();
  CHECK_FALSE(entered.wait(kAWhile));
  sleeper.resume();
  CHECK(entered.wait());
  CHECK(sleeper.succeeded());
  CHECK(other.succeeded());
}

TEST_CASE("a lock whose holder is killed is free") {
  const TestStore store;
  store.create();
  const Signal held, never, entered, no_wait;
  Child victim = holder(store, "ingest", held, never);
  REQUIRE(held.wait());
  no_wait.raise();
  Child heir = holder(store, "ingest", entered, no_wait);
  CHECK_FALSE(entered.wait(kAWhile));
  victim.kill();
  CHECK(entered.wait());
  CHECK(heir.succeeded());
}

}  // namespace
}  // namespace relayburn
