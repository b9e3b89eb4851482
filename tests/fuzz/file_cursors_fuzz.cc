// A damaged cursors.jsonl holds no cursors; it is never an error. The bytes are its lines between
// the first and the last, which are right: no fuzzer finds a SHA-256.

#include <unistd.h>

#include "core/base/sha256.h"
#include "plugins/file/file_cursors.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  const LedgerHeader header = {kFileVersion, "ledger", {}};
  static const MemoryFile ledger(header_line(header));
  const auto length = static_cast<int64_t>(header_line(header).size());
  static const std::string path = "/tmp/relayburn-fuzz-cursors-" + std::to_string(getpid());
  static const std::string first_line = [&] {
    const FileCursors cursors(path, ledger.path());
    cursors.write(header, length, {});
    const std::string text = read_whole_file(path);
    unlink(path.c_str());
    return text.substr(0, text.find('\n') + 1);
  }();
  std::string text = first_line + std::string(reinterpret_cast<const char*>(data), size);
  if (!text.ends_with('\n')) text += '\n';
  text += to_hex(hash_key(text)) + "\n";
  const MemoryFile file(text);
  FileCursors(file.path(), ledger.path()).read(header, length);
  return 0;
}
