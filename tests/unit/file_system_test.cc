#include "core/base/file_system.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("the type of a file system is that of the nearest mount") {
  CHECK(file_system_type("/proc/self/status") == "proc");
  CHECK_FALSE(file_system_type("/").empty());
  CHECK(file_system_type("/proc/not/there") == "proc");
  CHECK_FALSE(is_on_network_file_system("/proc"));
}

}  // namespace
}  // namespace relayburn
