#include "plugins/postgres/pg_retry.h"

#include <catch2/catch.hpp>
#include <set>

namespace relayburn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("pauses grow up to a limit") {
  PgRetry retry;
  const PgRetry::Clock::time_point now{};
  CHECK(retry.next_pause(now) <= milliseconds(100));
  for (int i = 0; i < 20; ++i) retry.next_pause(now);
  const milliseconds late = retry.next_pause(now);
  CHECK(late >= milliseconds(1500));
  CHECK(late <= milliseconds(3000));
}

TEST_CASE("pauses are not all alike, or hosts would come back together") {
  std::set<milliseconds> pauses;
  for (int i = 0; i < 20; ++i) {
    PgRetry retry;
    for (int failures = 0; failures < 8; ++failures) retry.next_pause({});
    pauses.insert(retry.next_pause({}));
  }
  CHECK(pauses.size() > 5);
}

TEST_CASE("patience ends") {
  PgRetry retry;
  const PgRetry::Clock::time_point begin{};
  CHECK(retry.next_pause(begin) > milliseconds(0));
  CHECK(retry.next_pause(begin + seconds(29)) > milliseconds(0));
  CHECK(retry.next_pause(begin + seconds(31)) == milliseconds(0));
}

}  // namespace
}  // namespace relayburn
