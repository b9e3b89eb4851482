#pragma once
// Splits a log into lines, window by window, in one reused buffer: memory is bounded by the longest
// line. Each line is followed by readable bytes (kJsonPadding), as simdjson wants.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "core/base/json_padding.h"

namespace relayburn {

struct Line {
  std::string_view text;  // without its newline; lives until the next call
  int64_t offset = 0;     // of its first byte in the file
  bool is_ended = false;  // false: the file's last line, and no newline follows it

  int64_t end() const { return offset + static_cast<int64_t>(text.size()) + (is_ended ? 1 : 0); }
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

class LineReader {
 public:
  // Reads [offset, end) of the file. All arguments outlive the reader.
  LineReader(const FileHandle& file, const std::string& path, int64_t offset, int64_t end,
             LineBuffer& buffer);

  // False at the end. Throws Error on a read error.
  bool next(Line& line);
  // The file gave fewer bytes than `end` promised.
  bool is_short() const { return is_short_; }

 private:
  bool fill();
  Line take(size_t length, bool is_ended);

  const FileHandle& file_;
  const std::string& path_;
  LineBuffer& buffer_;
  int64_t file_offset_;  // of the next byte to read
  int64_t end_;
  size_t begin_ = 0;    // unread bytes of the buffer: [begin_, filled_)
  size_t scanned_ = 0;  // no newline lies in [begin_, scanned_)
  size_t filled_ = 0;
  bool is_short_ = false;
};

}  // namespace relayburn
