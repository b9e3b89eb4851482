#include "core/ingest/run_lock.h"

#include <sys/stat.h>
#include <sys/time.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>

#include "tests/unit/temp_folder.h"

namespace relayburn {
namespace {

// Sets the time of the one file whose name ends so.
void set_age(const TempFolder& folder, const std::string& ending, time_t seconds) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "locks")) {
    if (!entry.path().string().ends_with(ending)) continue;
    const timeval time = {::time(nullptr) - seconds, 0};
    const timeval times[2] = {time, time};
    REQUIRE(utimes(entry.path().c_str(), times) == 0);
    ++found;
  }
  REQUIRE(found == 1);
}

TEST_CASE("one run a ledger at a time", "[run_lock]") {
  const TempFolder folder;
  RunLock first(folder.path(), "ledger");
  RunLock second(folder.path(), "ledger");
  CHECK(first.acquire(0));
  CHECK_FALSE(second.acquire(0));
  CHECK_FALSE(second.acquire(50));
  first.release();
  CHECK(second.acquire(0));
  CHECK_FALSE(first.acquire(0));
}

TEST_CASE("runs of other ledgers and homes do not meet", "[run_lock]") {
  const TempFolder folder, other;
  RunLock first(folder.path(), "one");
  RunLock second(folder.path(), "two");
  RunLock third(other.path(), "one");
  CHECK(first.acquire(0));
  CHECK(second.acquire(0));
  CHECK(third.acquire(0));
}

TEST_CASE("a lock goes with its run", "[run_lock]") {
  const TempFolder folder;
  {
    RunLock gone(folder.path(), "ledger");
    CHECK(gone.acquire(0));
  }
  CHECK(RunLock(folder.path(), "ledger").acquire(0));
}

TEST_CASE("a waiting run gets the lock when the other ends", "[run_lock]") {
  const TempFolder folder;
  RunLock first(folder.path(), "ledger");
  REQUIRE(first.acquire(0));
  bool has_lock = false;
  std::thread waiter([&] { has_lock = RunLock(folder.path(), "ledger").acquire(30'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  first.release();
  waiter.join();
  CHECK(has_lock);
}

TEST_CASE("marks are taken once, however many were left", "[run_lock]") {
  const TempFolder folder;
  const RunLock running(folder.path(), "ledger");
  const RunLock passing(folder.path(), "ledger");
  CHECK_FALSE(running.take_mark());
  passing.leave_mark();
  passing.leave_mark();
  CHECK(running.take_mark());
  CHECK_FALSE(running.take_mark());
  passing.leave_mark();
  CHECK(running.take_mark());
}

TEST_CASE("marks are of one ledger", "[run_lock]") {
  const TempFolder folder;
  const RunLock one(folder.path(), "one");
  const RunLock two(folder.path(), "two");
  one.leave_mark();
  CHECK_FALSE(two.take_mark());
  CHECK(one.take_mark());
}

TEST_CASE("a report is due at first, and an hour after the last", "[run_lock]") {
  const TempFolder folder;
  const RunLock lock(folder.path(), "ledger");
  CHECK(lock.is_report_due());
  lock.reported();
  CHECK_FALSE(lock.is_report_due());
  CHECK(RunLock(folder.path(), "other").is_report_due());
  set_age(folder, ".reported", 3500);
  CHECK_FALSE(lock.is_report_due());
  set_age(folder, ".reported", 3700);
  CHECK(lock.is_report_due());
  lock.reported();
  CHECK_FALSE(lock.is_report_due());
}

TEST_CASE("a report from the future does not silence a host", "[run_lock]") {
  const TempFolder folder;
  const RunLock lock(folder.path(), "ledger");
  lock.reported();
  set_age(folder, ".reported", -86'400);
  CHECK(lock.is_report_due());
}

}  // namespace
}  // namespace relayburn
