#pragma once
// What the fuzz targets share. A target is one function of bytes: libFuzzer calls it with ever new
// ones (scripts/fuzz.sh), replay.cc with those of the kept corpus in the plain suite.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace relayburn {

// Ends the process, which is what a fuzzer takes for a find.
void require(bool holds, const char* what);

// A file in memory, with a path by which it can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes);
  const std::string& path() const { return path_; }

 private:
  FileHandle file_;
  std::string path_;
};

// A folder in memory, emptied for each input, and gone with the process.
class MemoryFolder {
 public:
  MemoryFolder();
  ~MemoryFolder();
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;

  const std::string& path() const { return path_; }
  void clear() const;

 private:
  std::string path_;
};

// A file's first byte says where the target cuts the bytes that follow it: at so many 256ths.
struct CutBytes {
  std::string_view bytes;
  int64_t cut = 0;
};
CutBytes cut_bytes(const uint8_t* data, size_t size);

}  // namespace relayburn
