#pragma once
// A zstd file as a stream of what was compressed: one frame or more, skippable ones too. Memory is
// bounded: a frame that asks for a window of more than 32 MiB is refused.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/line_reader.h"

namespace relayburn {

bool is_zstd(std::string_view head);

class ZstdStream : public ByteStream {
 public:
  // `compressed` outlives the stream.
  explicit ZstdStream(ByteStream& compressed);
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
  std::string problem_;
};

// As much as can be decoded of the beginning of a zstd file, at most `size` bytes.
std::string decode_zstd_head(std::string_view head, size_t size);

}  // namespace relayburn
