// Ends the whole run where the backend cannot be tested here: skipped for ctest, unless it is
// required.

#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/contract/backend_under_test.h"

namespace relayburn {
namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE of these tests

bool is_required(const std::string& name) {
  const char* variable = std::getenv("RELAYBURN_REQUIRE_BACKENDS");
  std::istringstream names(variable == nullptr ? "" : variable);
  for (std::string required; std::getline(names, required, ',');)
    if (required == name) return true;
  return false;
}

class SkipAbsentBackend : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testRunStarting(const Catch::TestRunInfo&) override {
    const std::string name = backend_under_test().name();
    if (backend_under_test().available()) return;
    const bool is_failure = is_required(name);
    std::cerr << "backend " << name << " is not available"
              << (is_failure ? ", and RELAYBURN_REQUIRE_BACKENDS names it\n" : ": skipped\n");
    std::_Exit(is_failure ? EXIT_FAILURE : kSkipped);
  }
};

CATCH_REGISTER_LISTENER(SkipAbsentBackend)

}  // namespace
}  // namespace relayburn
