#include "plugins/file/unread_tail.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/base/line_reader.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

constexpr int64_t kSector = 512;
constexpr int64_t kWindow = int64_t{64} << 10;
constexpr std::array<std::string_view, 3> kLineBegins = {R"({"kind":")", R"({"prune":{)",
                                                         R"({"commit":{)"};

[[noreturn]] void fail(const std::string& path, const UnreadTail& tail,
                       const std::string& sentence) {
  throw Error(ErrorKind::Corrupt, path + ": " + sentence,
              "all before byte " + std::to_string(tail.begin) +
                  " is whole; put a copy of the file back, or move it away and ingest again what "
                  "the logs still hold");
}

std::string bytes_of(const UnreadTail& tail) {
  return "bytes " + std::to_string(tail.begin) + " to " + std::to_string(tail.end);
}

// A sector that the crash kept from the disk reads as zeros, as does its part within the tail. Our
// lines hold no zero byte.
bool has_zero_sector(const FileHandle& file, const std::string& path, const UnreadTail& tail) {
  std::string window(kWindow, '\0');
  for (int64_t offset = tail.begin; offset < tail.end;) {
    const int64_t size = std::min(kWindow - offset % kSector, tail.end - offset);
    window.resize(static_cast<size_t>(size));
    if (read_at(file, window.data(), window.size(), offset, path) < window.size()) return false;
    for (int64_t begin = offset; begin < offset + size;) {
      const int64_t next = std::min(offset + size, (begin / kSector + 1) * kSector);
      const auto sector = std::string_view(window).substr(static_cast<size_t>(begin - offset),
                                                          static_cast<size_t>(next - begin));
      if (sector.find_first_not_of('\0') == std::string_view::npos) return true;
      begin = next;
    }
    offset += size;
  }
  return false;
}

// As far as the text goes; a line that was cut off may be shorter than its beginning.
bool begins_like_a_line(std::string_view text) {
  return std::any_of(kLineBegins.begin(), kLineBegins.end(), [&](std::string_view begin) {
    const size_t size = std::min(begin.size(), text.size());
    return text.substr(0, size) == begin.substr(0, size);
  });
}

// A cut may go through a character, which has up to four bytes.
bool is_cut_text(std::string_view text) {
  const auto is_control = [](char byte) { return static_cast<unsigned char>(byte) < 0x20; };
  if (std::any_of(text.begin(), text.end(), is_control)) return false;
  for (size_t cut = 0; cut < 4 && cut <= text.size(); ++cut)
    if (simdjson::validate_utf8(text.data(), text.size() - cut)) return true;
  return false;
}

// A whole line holds one object and nothing else. Of a line that was cut off the object is not
// closed yet, or nothing follows it: a byte there was the newline once.
bool is_as_written(const Line& line) {
  if (line.text.empty() || !begins_like_a_line(line.text)) return false;
  const size_t extent = object_extent(line.text);
  if (line.is_ended) return extent == line.text.size();
  return (extent == 0 || extent == line.text.size()) && is_cut_text(line.text);
}

// Returns where the first line begins that no append ever wrote.
std::optional<int64_t> foreign_line(const FileHandle& file, const std::string& path,
                                    const UnreadTail& tail) {
  LineBuffer buffer;
  LineReader lines(file, path, tail.begin, tail.end, buffer);
  Line line;
  while (lines.next(line))
    if (!is_as_written(line)) return line.offset;
  return std::nullopt;
}

}  // namespace

void require_torn_write(const FileHandle& file, const std::string& path, const UnreadTail& tail,
                        int64_t proven_length) {
  const bool has_commit_line = !tail.problem.empty();
  if (has_commit_line && tail.commit_end < tail.end) fail(path, tail, tail.problem);
  if (proven_length > tail.begin)
    fail(path, tail,
         has_commit_line ? tail.problem
                         : bytes_of(tail) +
                               " are damaged or cut off: the cursors beside the ledger prove that "
                               "it was " +
                               std::to_string(proven_length) + " bytes long");
  if (has_zero_sector(file, path, tail)) return;
  if (has_commit_line) fail(path, tail, tail.problem);
  if (const std::optional<int64_t> offset = foreign_line(file, path, tail))
    fail(path, tail, "byte " + std::to_string(*offset) + " begins a damaged line");
}

}  // namespace relayburn
