#include "core/sources/codex/codex_source.h"
#include "tests/fuzz/fuzz_log.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  CodexSource().likeness(log);
  fuzz_whole_log(CodexSource(), log);
  return 0;
}
