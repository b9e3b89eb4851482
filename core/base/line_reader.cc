#include "core/base/line_reader.h"

#include <algorithm>
#include <cstring>

#include "core/base/json_padding.h"

namespace relayburn {
namespace {

constexpr size_t kWindow = size_t{256} << 10;
constexpr size_t kMaxKept = size_t{8} << 20;

}  // namespace

void LineBuffer::grow(size_t size, size_t used) {
  if (size <= size_) return;
  std::unique_ptr<char[]> larger(new char[size]);
  if (used > 0) std::memcpy(larger.get(), bytes_.get(), used);
  bytes_ = std::move(larger);
  size_ = size;
}

void LineBuffer::trim() {
  if (size_ <= kMaxKept) return;
  bytes_.reset();
  size_ = 0;
}

size_t FileRange::read(char* bytes, size_t size) {
  const auto left = static_cast<size_t>(std::max<int64_t>(0, end_ - offset_));
  const size_t wanted = std::min(size, left);
  const size_t got = read_at(file_, bytes, wanted, offset_, path_);
  offset_ += static_cast<int64_t>(got);
  if (got < wanted) {
    is_short_ = true;
    end_ = offset_;
  }
  return got;
}

LineReader::LineReader(ByteStream& stream, LineBuffer& buffer, size_t max_line)
    : stream_(stream), buffer_(buffer), max_line_(max_line) {
  buffer_.grow(kWindow + kJsonPadding, 0);
}

LineReader::LineReader(const FileHandle& file, const std::string& path, int64_t offset, int64_t end,
                       LineBuffer& buffer, size_t max_line)
    : file_(std::in_place, file, path, offset, end),
      stream_(*file_),
      buffer_(buffer),
      max_line_(max_line),
      offset_(offset) {
  buffer_.grow(kWindow + kJsonPadding, 0);
}

bool LineReader::next(Line& line) {
  while (true) {
    if (const auto length = find_newline()) {
      line = take(*length, true);
      return true;
    }
    if (filled_ - begin_ > max_line_) {
      line = skip();
      return true;
    }
    if (fill()) continue;
    if (begin_ == filled_) return false;
    line = take(filled_ - begin_, false);
    return true;
  }
}

Line LineReader::skip() {
  Line line{{buffer_.data(), 0}, offset_ - static_cast<int64_t>(filled_ - begin_), false, 0};
  do {
    const std::optional<size_t> length = find_newline();
    line.is_ended = length.has_value();
    const size_t skipped = length.value_or(filled_ - begin_);
    line.skipped += static_cast<int64_t>(skipped);
    begin_ += skipped + (line.is_ended ? 1 : 0);
    scanned_ = begin_;
  } while (!line.is_ended && fill());
  return line;
}

// Returns how many unread bytes stand before the first newline of the buffer.
std::optional<size_t> LineReader::find_newline() {
  const char* const data = buffer_.data();
  const void* newline =
      filled_ > scanned_ ? std::memchr(data + scanned_, '\n', filled_ - scanned_) : nullptr;
  scanned_ = filled_;
  if (newline == nullptr) return std::nullopt;
  return static_cast<size_t>(static_cast<const char*>(newline) - data) - begin_;
}

Line LineReader::take(size_t length, bool is_ended) {
  Line line{{buffer_.data() + begin_, length},
            offset_ - static_cast<int64_t>(filled_ - begin_),
            is_ended};
  if (length > max_line_) {
    line.text = {buffer_.data(), 0};
    line.skipped = static_cast<int64_t>(length);
  }
  begin_ += length + (is_ended ? 1 : 0);
  scanned_ = begin_;
  return line;
}

// Moves the unread rest to the front and reads on after it; doubles the buffer for a long line.
bool LineReader::fill() {
  const size_t rest = filled_ - begin_;
  if (begin_ > 0 && rest > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
  begin_ = 0;
  scanned_ = rest;
  filled_ = rest;
  if (is_at_end_) return false;
  if (rest + kWindow / 2 > buffer_.size() - kJsonPadding)
    buffer_.grow(std::min(2 * buffer_.size(), max_line_ + kWindow + kJsonPadding), rest);
  const size_t room = buffer_.size() - kJsonPadding - rest;
  const size_t got = stream_.read(buffer_.data() + rest, room);
  is_at_end_ = got < room;
  offset_ += static_cast<int64_t>(got);
  filled_ = rest + got;
  // simdjson reads, and ignores, what lies behind a line: it must not be uninitialised.
  std::memset(buffer_.data() + filled_, 0, kJsonPadding);
  return got > 0;
}

}  // namespace relayburn
