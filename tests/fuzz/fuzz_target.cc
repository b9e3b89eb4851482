#include "tests/fuzz/fuzz_target.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace relayburn {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

MemoryFile::MemoryFile(std::string_view bytes) : file_(memfd_create("fuzzed", MFD_CLOEXEC)) {
  path_ = "/proc/self/fd/" + std::to_string(file_.fd());
  write_all(file_, bytes, path_);
}

MemoryFolder::MemoryFolder() : path_("/dev/shm/relayburn-fuzz-XXXXXX") {
  require(mkdtemp(path_.data()) != nullptr, "a folder can be made");
}

MemoryFolder::~MemoryFolder() { std::filesystem::remove_all(path_); }

void MemoryFolder::clear() const {
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    std::filesystem::remove_all(entry.path());
}

CutBytes cut_bytes(const uint8_t* data, size_t size) {
  if (size == 0) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  return {bytes, static_cast<int64_t>(bytes.size() * data[0] / 255)};
}

}  // namespace relayburn
