#include "core/sources/codex/codex_source.h"
#include "tests/fuzz/fuzz_log.h"

// What looks compressed is the codex_zst target's: it is not read in parts.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  const CutBytes log = cut_bytes(data, size);
  if (!log.bytes.starts_with("\x28\xb5\x2f\xfd") &&
      (log.bytes.empty() || (log.bytes[0] & 0xf0) != 0x50))
    fuzz_cut_log(CodexSource(), log);
  return 0;
}
