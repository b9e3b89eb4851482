#include "core/base/zstd_stream.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace relayburn {
namespace {

constexpr int kMaxWindowLog = 25;
constexpr int64_t kMaxRatio = 250;
constexpr int64_t kAlwaysAllowed = static_cast<int64_t>(kMaxLineBytes);

// Bytes that are at hand already.
class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(std::string_view bytes) : rest_(bytes) {}

  size_t read(char* bytes, size_t size) override {
    const size_t got = std::min(size, rest_.size());
    std::memcpy(bytes, rest_.data(), got);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
};

}  // namespace

bool is_zstd(std::string_view head) {
  if (head.size() < 4) return false;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(head[i]); };
  // A frame, or one that holds something else and is skipped.
  return head.starts_with("\x28\xB5\x2F\xFD") ||
         (byte(0) >= 0x50 && byte(0) <= 0x5F && head.substr(1).starts_with("\x2A\x4D\x18"));
}

struct ZstdStream::Decoder {
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream{ZSTD_createDStream(),
                                                                  &ZSTD_freeDStream};
  std::vector<char> input = std::vector<char>(ZSTD_DStreamInSize());
  ZSTD_inBuffer pending{nullptr, 0, 0};
  bool is_inside_frame = false;
  bool is_at_end = false;  // of the compressed bytes
};

int64_t max_expanded(int64_t compressed_bytes) {
  return kAlwaysAllowed + kMaxRatio * compressed_bytes;
}

ZstdStream::ZstdStream(ByteStream& compressed, int64_t max_bytes)
    : compressed_(compressed), decoder_(std::make_unique<Decoder>()), max_bytes_(max_bytes) {
  if (!decoder_->stream) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(decoder_->stream.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
}

ZstdStream::~ZstdStream() = default;

// False where nothing is left.
bool ZstdStream::fill() {
  Decoder& decoder = *decoder_;
  if (decoder.pending.pos < decoder.pending.size) return true;
  if (decoder.is_at_end) return false;
  const size_t got = compressed_.read(decoder.input.data(), decoder.input.size());
  decoder.is_at_end = got < decoder.input.size();
  decoder.pending = {decoder.input.data(), got, 0};
  return got > 0;
}

size_t ZstdStream::read(char* bytes, size_t size) {
  ZSTD_outBuffer out{bytes, size, 0};
  while (out.pos < out.size && problem_.empty()) {
    const bool has_input = fill();
    const size_t before = out.pos;
    const size_t result = ZSTD_decompressStream(decoder_->stream.get(), &out, &decoder_->pending);
    if (ZSTD_isError(result)) {
      problem_ = std::string("damaged zstd data: ") + ZSTD_getErrorName(result);
    } else if (has_input || out.pos > before) {
      decoder_->is_inside_frame = result != 0;
    } else {
      if (decoder_->is_inside_frame) problem_ = "the zstd data ends inside a frame";
      break;
    }
  }
  given_ += static_cast<int64_t>(out.pos);
  if (given_ > max_bytes_ && problem_.empty())
    problem_ = "the zstd data stands for more than " + std::to_string(max_bytes_) + " bytes";
  return out.pos;
}

std::string decode_zstd_head(std::string_view head, size_t size) {
  MemoryStream compressed(head);
  ZstdStream stream(compressed, max_expanded(static_cast<int64_t>(head.size())));
  std::string decoded(size, '\0');
  decoded.resize(stream.read(decoded.data(), decoded.size()));
  return decoded;
}

}  // namespace relayburn
