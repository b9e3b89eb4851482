#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/contract/backend_under_test.h"

namespace relayburn {
namespace {

class SkipAbsentBackend : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testRunStarting(const Catch::TestRunInfo&) override {
    if (const int code = exit_code_where_absent(); code != 0) std::_Exit(code);
  }
};

CATCH_REGISTER_LISTENER(SkipAbsentBackend)

}  // namespace
}  // namespace relayburn
