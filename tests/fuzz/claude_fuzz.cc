#include "core/sources/claude/claude_source.h"
#include "tests/fuzz/fuzz_log.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  fuzz_cut_log(ClaudeSource(), cut_bytes(data, size));
  return 0;
}
