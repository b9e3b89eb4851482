#include "core/sources/line_log.h"

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <string>

#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/records/record_json.h"

namespace relayburn {
namespace {

constexpr size_t kHashedBytes = 4096;
constexpr std::string_view kBlank = " \t\r\n";

std::string_view trim_front(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view trim(std::string_view text) {
  text = trim_front(text);
  const size_t last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? text : text.substr(0, last + 1);
}

std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

// Reads the objects of one line from the left. Each whole object counts, whatever follows it.
class LineObjects {
 public:
  LineObjects(ObjectParser& parser, JsonValidator& validator, int64_t line, RecordSink& sink)
      : parser_(parser), validator_(validator), line_(line), sink_(sink) {}

  // What is left when no further whole object begins: empty where all was read.
  std::string_view read(std::string_view text) {
    std::string_view rest = trim_front(without_byte_order_mark(text));
    while (!rest.empty()) {
      const size_t taken = read_object(rest);
      if (taken == 0) break;
      rest = trim_front(rest.substr(taken));
    }
    return rest;
  }

 private:
  size_t read_object(std::string_view text) {
    if (text.front() != '{') return 0;
    const size_t extent = parser_.parse(text);
    if (extent > 0 && validator_.is_valid(text.substr(0, extent))) {
      parser_.emit(trim(text.substr(0, extent)), line_, sink_);
      return extent;
    }
    return read_damaged(text);
  }

  // The parser takes the line as a whole: bad bytes, or something behind the object, fail it. So
  // cut the object out and make its bytes readable.
  size_t read_damaged(std::string_view text) {
    const size_t extent = object_extent(text);
    if (extent == 0) return 0;
    const std::string_view object = text.substr(0, extent);
    std::string repaired = repair_json(object);
    const size_t size = repaired.size();
    repaired.append(kJsonPadding, '\0');
    const std::string_view readable(repaired.data(), size);
    if (parser_.parse(readable) == 0 || !validator_.is_valid(readable)) return 0;
    parser_.emit(object, line_, sink_);
    return extent;
  }

  ObjectParser& parser_;
  JsonValidator& validator_;
  int64_t line_;
  RecordSink& sink_;
};

int64_t hash_range(const FileHandle& file, const std::string& path, int64_t begin, int64_t end) {
  std::string bytes(static_cast<size_t>(end - begin), '\0');
  bytes.resize(read_at(file, bytes.data(), bytes.size(), begin, path));
  return static_cast<int64_t>(hash_u64(bytes));
}

// The cursor proves by these that the file it belongs to is still the one that was read.
void hash_ends(const FileHandle& file, Cursor& cursor) {
  const int64_t size = std::min<int64_t>(kHashedBytes, cursor.offset);
  cursor.head_hash = hash_range(file, cursor.path, 0, size);
  cursor.tail_hash = hash_range(file, cursor.path, cursor.offset - size, cursor.offset);
}

bool is_continued(const FileHandle& file, const Cursor& cursor) {
  Cursor now = cursor;
  hash_ends(file, now);
  return now.head_hash == cursor.head_hash && now.tail_hash == cursor.tail_hash;
}

void start_over(Cursor& cursor) {
  cursor.offset = 0;
  cursor.lines = 0;
  cursor.state.clear();
}

// Reads lines, and knows which are behind it.
class LineRun {
 public:
  LineRun(ObjectParser& parser, JsonValidator& validator, RecordSink& sink, int64_t lines)
      : parser_(parser), validator_(validator), sink_(sink), lines_(lines) {}

  // Of the lines that ended.
  int64_t lines() const { return lines_; }
  // What the parser needs to read on behind them.
  std::string state() const { return state_before_ ? *state_before_ : parser_.state(); }

  void read(const Line& line) {
    if (line.is_too_long()) return reject_long(line);
    // A last line without newline may still grow: what it holds counts, the cursor stays before it.
    if (!line.is_ended) state_before_ = parser_.state();
    const int64_t number = lines_ + 1;
    const std::string_view rest = LineObjects(parser_, validator_, number, sink_).read(line.text);
    if (line.is_ended || rest.empty()) sink_.line_read();
    if (!line.is_ended) return;
    if (!rest.empty()) sink_.rejected(number, problem_of(line.text, rest));
    lines_ = number;
  }

  // Passes the end of a line whose beginning was rejected before.
  void pass_rest(const Line& line) {
    if (line.is_ended) ++lines_;
  }

 private:
  // Rejects it as soon as it is known to be too long, also where it is still being written.
  void reject_long(const Line& line) {
    sink_.line_read();
    sink_.rejected(lines_ + 1, "longer than 64 MiB, skipped");
    pass_rest(line);
  }

  static std::string_view problem_of(std::string_view line, std::string_view rest) {
    if (rest.size() < trim_front(line).size())
      return "what follows the first object is no whole JSON object";
    return rest.front() == '{' ? "not a whole JSON object" : "not a JSON object";
  }

  ObjectParser& parser_;
  JsonValidator& validator_;
  RecordSink& sink_;
  int64_t lines_;
  std::optional<std::string> state_before_;
};

// Takes up where the last run left off; where that cannot be, at the start.
void take_up(const FileHandle& file, Cursor& cursor, ObjectParser& parser) {
  if (cursor.offset > 0 && !is_continued(file, cursor)) start_over(cursor);
  if (parser.restore(cursor.state)) return;
  start_over(cursor);
  parser.restore(cursor.state);
}

// A cursor stays inside a line only where that one is too long: the rest of it is skipped, too.
bool is_inside_line(const FileHandle& file, const Cursor& cursor) {
  char before = '\n';
  if (cursor.offset > 0) read_at(file, &before, 1, cursor.offset - 1, cursor.path);
  return before != '\n';
}

void checkpoint(const FileHandle& file, const LineRun& run, Cursor cursor, RecordSink& sink) {
  cursor.lines = run.lines();
  cursor.state = run.state();
  hash_ends(file, cursor);
  sink.checkpoint(cursor);
}

}  // namespace

int64_t read_line_log(const FileHandle& file, Cursor cursor, ObjectParser& parser,
                      LineScratch& scratch, RecordSink& sink) {
  take_up(file, cursor, parser);
  const int64_t begin = cursor.offset;
  LineRun run(parser, scratch.validator, sink, cursor.lines);
  LineReader lines(file, cursor.path, begin, cursor.size, scratch.buffer, kMaxLineBytes);
  Line line;
  if (is_inside_line(file, cursor)) {
    line = lines.skip();
    run.pass_rest(line);
    cursor.offset = line.end();
  }
  while (lines.next(line)) {
    run.read(line);
    if (!line.is_ended && !line.is_too_long()) continue;
    cursor.offset = line.end();
    if (!sink.is_full()) continue;
    Cursor so_far = cursor;
    // Of a file that ends here: should this run end here too, the next one sees that the file has
    // grown.
    so_far.size = so_far.offset;
    checkpoint(file, run, std::move(so_far), sink);
  }
  const int64_t bytes = cursor.size - begin;
  // A file that shrank while it was read is another file now: the next run reads it from the start.
  if (!lines.is_short()) checkpoint(file, run, std::move(cursor), sink);
  scratch.buffer.trim();
  return bytes;
}

int64_t read_line_log(Cursor cursor, ObjectParser& parser, LineScratch& scratch, RecordSink& sink) {
  const FileHandle file = FileHandle::open(cursor.path, O_RDONLY);
  return read_line_log(file, std::move(cursor), parser, scratch, sink);
}

void read_line_stream(ByteStream& stream, const Cursor& cursor, ObjectParser& parser,
                      LineScratch& scratch, RecordSink& sink) {
  parser.restore({});
  LineRun run(parser, scratch.validator, sink, 0);
  LineReader lines(stream, scratch.buffer, kMaxLineBytes);
  Cursor unread = cursor;
  start_over(unread);
  unread.size = 0;
  Line line;
  while (lines.next(line)) {
    run.read(line);
    if (sink.is_full()) sink.checkpoint(unread);
  }
  scratch.buffer.trim();
}

}  // namespace relayburn
