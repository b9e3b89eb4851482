#pragma once
// Splits a log into lines, window by window, in one reused buffer: memory is bounded by the longest
// line that is kept. Each line is followed by readable bytes (kJsonPadding), as simdjson wants.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "core/base/json_padding.h"

namespace relayburn {

// The longest line of a log that is read. A longer one is skipped and reported.
inline constexpr size_t kMaxLineBytes = size_t{64} << 20;

struct Line {
  std::string_view text;  // without its newline; lives until the next call
  int64_t offset = 0;     // of its first byte in the file
  bool is_ended = false;  // false: the file's last line, and no newline follows it
  int64_t skipped = 0;    // bytes of a line that is too long; `text` is then empty

  bool is_too_long() const { return skipped > 0; }
  int64_t end() const {
    return offset + skipped + static_cast<int64_t>(text.size()) + (is_ended ? 1 : 0);
  }
};

// A buffer that many files share, one after the other.
class LineBuffer {
 public:
  char* data() { return bytes_.get(); }
  size_t size() const { return size_; }
  // Keeps the first `used` bytes.
  void grow(size_t size, size_t used);
  // Gives back what a giant line took.
  void trim();

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

// Bytes one after the other, wherever they come from.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Up to `size` bytes; fewer only at the end. Throws Error where they cannot be read.
  virtual size_t read(char* bytes, size_t size) = 0;
};

// [offset, end) of a file.
class FileRange : public ByteStream {
 public:
  // The arguments outlive the range.
  FileRange(const FileHandle& file, const std::string& path, int64_t offset, int64_t end)
      : file_(file), path_(path), offset_(offset), end_(end) {}

  size_t read(char* bytes, size_t size) override;
  // The file gave fewer bytes than `end` promised.
  bool is_short() const { return is_short_; }

 private:
  const FileHandle& file_;
  const std::string& path_;
  int64_t offset_;
  int64_t end_;
  bool is_short_ = false;
};

class LineReader {
 public:
  // Enough for any line that fits into memory.
  static constexpr size_t kAnyLength = std::numeric_limits<size_t>::max() / 2;

  // The arguments outlive the reader. Skips the text of a line of more than `max_line` bytes.
  LineReader(ByteStream& stream, LineBuffer& buffer, size_t max_line);
  // Reads [offset, end) of the file.
  LineReader(const FileHandle& file, const std::string& path, int64_t offset, int64_t end,
             LineBuffer& buffer, size_t max_line = kAnyLength);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // False at the end. Throws Error on a read error.
  bool next(Line& line);
  // Skips what is left of the line that reading is inside of, without keeping it.
  Line skip();
  // The file gave fewer bytes than `end` promised.
  bool is_short() const { return file_ && file_->is_short(); }

 private:
  bool fill();
  std::optional<size_t> find_newline();
  Line take(size_t length, bool is_ended);

  std::optional<FileRange> file_;
  ByteStream& stream_;
  LineBuffer& buffer_;
  size_t max_line_;
  int64_t offset_ = 0;  // of the next byte that the stream will give
  bool is_at_end_ = false;
  size_t begin_ = 0;    // unread bytes of the buffer: [begin_, filled_)
  size_t scanned_ = 0;  // no newline lies in [begin_, scanned_)
  size_t filled_ = 0;
};

}  // namespace relayburn
