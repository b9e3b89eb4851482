#include "core/ingest/run_lock.h"

#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

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

TEST_CASE("a run says who holds the lock, and since when", "[run_lock]") {
  const TempFolder folder;
  RunLock first(folder.path(), "ledger");
  const RunLock second(folder.path(), "ledger");
  CHECK_FALSE(second.holder());
  REQUIRE(first.acquire(0));
  const std::optional<LockHolder> holder = second.holder();
  REQUIRE(holder);
  CHECK(holder->pid == getpid());
  CHECK(std::abs(now().us - holder->since.us) < 60'000'000);
  CHECK_FALSE(holder->is_long_at_work());
  CHECK_THAT(holder->text(), Catch::StartsWith("process " + std::to_string(getpid()) + " on "));
  first.release();
  CHECK_FALSE(second.holder());
}

// Makes it look as if the run had begun so many seconds ago.
void begin_before(const TempFolder& folder, int64_t seconds) {
  const std::string since = format_instant(Instant{now().us - seconds * 1'000'000});
  folder.write("locks/ingest-ledger.holder",
               R"({"pid":12,"host":"laptop","since":")" + since + "\"}");
}

TEST_CASE("an ingest is long at work after an hour, while it holds the lock", "[run_lock]") {
  const TempFolder folder;
  CHECK_FALSE(long_ingest(folder.path(), "ledger"));
  CHECK_FALSE(exists(folder / "locks"));
  RunLock lock(folder.path(), "ledger");
  REQUIRE(lock.acquire(0));
  CHECK_FALSE(long_ingest(folder.path(), "ledger"));
  begin_before(folder, 3500);
  CHECK_FALSE(long_ingest(folder.path(), "ledger"));
  begin_before(folder, 3700);
  REQUIRE(long_ingest(folder.path(), "ledger"));
  CHECK(long_ingest(folder.path(), "ledger")->host == "laptop");
  CHECK_FALSE(long_ingest(folder.path(), "other"));
  lock.release();
  begin_before(folder, 3700);  // one that was killed left it
  CHECK_FALSE(long_ingest(folder.path(), "ledger"));
}

TEST_CASE("a damaged note of the holder says nothing", "[run_lock]") {
  const TempFolder folder;
  RunLock lock(folder.path(), "ledger");
  for (const char* text : {"", "{", "[]", R"({"pid":"x","host":"a","since":"b"})",
                           R"({"pid":1,"host":"a","since":"b"})"}) {
    folder.write("locks/ingest-ledger.holder", text);
    CHECK_FALSE(lock.holder());
  }
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
  CHECK_FALSE(running.consume_rescan_request());
  passing.request_rescan();
  passing.request_rescan();
  CHECK(running.consume_rescan_request());
  CHECK_FALSE(running.consume_rescan_request());
  passing.request_rescan();
  CHECK(running.consume_rescan_request());
}

TEST_CASE("marks are of one ledger", "[run_lock]") {
  const TempFolder folder;
  const RunLock one(folder.path(), "one");
  const RunLock two(folder.path(), "two");
  one.request_rescan();
  CHECK_FALSE(two.consume_rescan_request());
  CHECK(one.consume_rescan_request());
}

TEST_CASE("a report is due at first, and an hour after the last", "[run_lock]") {
  const TempFolder folder;
  const RunLock lock(folder.path(), "ledger");
  CHECK(lock.is_report_due());
  lock.reported(lock.next_report());
  CHECK_FALSE(lock.is_report_due());
  CHECK(RunLock(folder.path(), "other").is_report_due());
  set_age(folder, ".reported", 3500);
  CHECK_FALSE(lock.is_report_due());
  set_age(folder, ".reported", 3700);
  CHECK(lock.is_report_due());
  lock.reported(lock.next_report());
  CHECK_FALSE(lock.is_report_due());
}

TEST_CASE("a report from the future does not silence a host", "[run_lock]") {
  const TempFolder folder;
  const RunLock lock(folder.path(), "ledger");
  lock.reported(lock.next_report());
  set_age(folder, ".reported", -86'400);
  CHECK(lock.is_report_due());

  constexpr int64_t kIn2056 = int64_t{2'713'910'400} * 1'000'000;
  lock.reported(kIn2056);
  CHECK(lock.next_report() == kIn2056 + 1);
  folder.write("locks/ingest-ledger.reported", "what is no number");
  CHECK(lock.next_report() < kIn2056);
}

}  // namespace
}  // namespace relayburn
