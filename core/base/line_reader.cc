#include "core/base/line_reader.h"

#include <algorithm>
#include <cstring>

#include "core/base/json_padding.h"

namespace relayburn {
namespace {

constexpr size_t kWindow = size_t{256} << 10;
constexpr size_t kMostKept = size_t{8} << 20;

}  // namespace

void LineBuffer::grow(size_t size, size_t used) {
  if (size <= size_) return;
  std::unique_ptr<char[]> larger(new char[size]);
  if (used > 0) std::memcpy(larger.get(), bytes_.get(), used);
  bytes_ = std::move(larger);
  size_ = size;
}

void LineBuffer::trim() {
  if (size_ <= kMostKept) return;
  bytes_.reset();
  size_ = 0;
}

LineReader::LineReader(const FileHandle& file, const std::string& path, int64_t offset, int64_t end,
                       LineBuffer& buffer)
    : file_(file), path_(path), buffer_(buffer), file_offset_(offset), end_(end) {
  buffer_.grow(kWindow + kJsonPadding, 0);
}

bool LineReader::next(Line& line) {
  while (true) {
    char* const data = buffer_.data();
    const void* newline =
        filled_ > scanned_ ? std::memchr(data + scanned_, '\n', filled_ - scanned_) : nullptr;
    if (newline != nullptr) {
      line = take(static_cast<size_t>(static_cast<const char*>(newline) - data) - begin_, true);
      return true;
    }
    scanned_ = filled_;
    if (fill()) continue;
    if (begin_ == filled_) return false;
    line = take(filled_ - begin_, false);
    return true;
  }
}

Line LineReader::take(size_t length, bool is_ended) {
  Line line{{buffer_.data() + begin_, length},
            file_offset_ - static_cast<int64_t>(filled_ - begin_),
            is_ended};
  begin_ += length + (is_ended ? 1 : 0);
  scanned_ = begin_;
  return line;
}

// Moves the unread rest to the front and reads on behind it; doubles the buffer for a long line.
bool LineReader::fill() {
  const size_t rest = filled_ - begin_;
  if (begin_ > 0 && rest > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
  begin_ = 0;
  scanned_ = rest;
  filled_ = rest;
  if (file_offset_ >= end_) return false;
  if (rest + kWindow / 2 > buffer_.size() - kJsonPadding) buffer_.grow(2 * buffer_.size(), rest);
  const size_t room = buffer_.size() - kJsonPadding - rest;
  const size_t wanted = std::min(room, static_cast<size_t>(end_ - file_offset_));
  const size_t got = read_at(file_, buffer_.data() + rest, wanted, file_offset_, path_);
  if (got < wanted) {
    is_short_ = true;
    end_ = file_offset_ + static_cast<int64_t>(got);
  }
  file_offset_ += static_cast<int64_t>(got);
  filled_ = rest + got;
  // simdjson reads, and ignores, what lies behind a line: it must not be uninitialised.
  std::memset(buffer_.data() + filled_, 0, kJsonPadding);
  return got > 0;
}

}  // namespace relayburn
