#pragma once
// A zstd file as a stream of what was compressed: one frame or more, skippable ones too. Memory is
// bounded: a frame that asks for a window of more than 32 MiB is refused.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/line_reader.h"

namespace relayburn {

bool is_zstd(std::string_view head);

class ZstdStream : public ByteStream {
 public:
  // `compressed` outlives the stream. More than `max_bytes` of what was compressed are a problem of
  // the file: few bytes on disk can stand for very many.
  ZstdStream(ByteStream& compressed, int64_t max_bytes);
  ~ZstdStream() override;

  // Where the file is damaged the stream ends, after what could be decoded; problem() says why.
  size_t read(char* bytes, size_t size) override;
  // Empty, or what is wrong with the file.
  const std::string& problem() const { return problem_; }

 private:
  struct Decoder;
  bool fill();

  ByteStream& compressed_;
  std::unique_ptr<Decoder> decoder_;
  const int64_t max_bytes_;
  int64_t given_ = 0;
  std::string problem_;
};

// Returns how many bytes a zstd file of so many bytes may stand for. Real logs shrink to a tenth.
int64_t max_expanded(int64_t compressed_bytes);

// As much as can be decoded of the beginning of a zstd file, at most `size` bytes.
std::string decode_zstd_head(std::string_view head, size_t size);

}  // namespace relayburn
