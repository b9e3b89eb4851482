#include "core/sources/line_log.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/claude_log.h"
#include "tests/unit/log_cuts.h"

namespace relayburn {
namespace {

using Lines = std::vector<std::string>;

Lines records_of(const TempFolder& folder, const std::string& bytes) {
  MemorySink sink;
  read_claude_log(folder.write("whole", bytes), {}, sink);
  return lines_of(sink.records);
}

// Every trouble that a log may have, in few bytes.
std::string small_log() {
  return "\xEF\xBB\xBF" + reply("1", "one") + "\n" +                    // byte-order mark
         reply("2", "grüße 😀", 5) + reply("3", "same line") + "\r\n" +  // two objects, CRLF
         "\n" + prompt("hello") + " and rubbish {\n" +                  // object, then a rest
         "rubbish\n" + reply("2", "grüße 😀", 9) + "\n" +                // the same reply, grown
         prompt("bad \xff byte and \\ud800") + "\n" +                   // needs repair
         reply("4", "no newline");
}

TEST_CASE("a log cut at any byte gives the same records in two runs as in one", "[line_log]") {
  const TempFolder folder;
  const std::string log = small_log();
  const Lines expected = records_of(folder, log);
  REQUIRE(expected.size() > 8);
  check_every_cut(log, expected, read_claude_log);
}

TEST_CASE("a run that begins at any checkpoint completes the records", "[line_log]") {
  const TempFolder folder;
  const std::string path = folder.write("log", small_log());
  MemorySink first;
  first.checks_often = true;
  read_claude_log(path, {}, first);
  REQUIRE(first.cursors.size() == 8);  // seven ended lines, and the end
  const Lines expected = lines_of(first.records);
  for (const Cursor& cursor : first.cursors) {
    CAPTURE(cursor.offset);
    // What the lost run had handed on: all before the cursor.
    MemorySink sink;
    read_claude_log(
        folder.write("before", small_log().substr(0, static_cast<size_t>(cursor.offset))), {},
        sink);
    read_claude_log(path, cursor, sink);
    CHECK(lines_of(sink.records) == expected);
  }
}

TEST_CASE("nothing new is nothing read", "[line_log]") {
  const TempFolder folder;
  const std::string path = folder.write("log", reply("1", "a") + "\n");
  MemorySink first, second;
  const int64_t size = read_claude_log(path, {}, first);
  CHECK(size == static_cast<int64_t>(std::filesystem::file_size(path)));
  CHECK(first.cursors.back().offset == size);
  CHECK(first.cursors.back().lines == 1);
  CHECK(first.lines_read == 1);
  CHECK(read_claude_log(path, first.cursors.back(), second) == 0);
  CHECK(second.records.row_count() == 0);
  CHECK(second.lines_read == 0);
  CHECK(second.cursors.back() == first.cursors.back());
}

TEST_CASE("a whole last line without a newline counts, and the cursor stays before it",
          "[line_log]") {
  const TempFolder folder;
  const std::string first_line = reply("1", "a") + "\n";
  const std::string path = folder.write("log", first_line + reply("2", "b"));
  MemorySink sink;
  read_claude_log(path, {}, sink);
  CHECK(sink.records.row_count(Kind::Turn) == 2);
  CHECK(sink.lines_read == 2);
  CHECK(sink.cursors.back().offset == static_cast<int64_t>(first_line.size()));
  CHECK(sink.cursors.back().lines == 1);
}

TEST_CASE("a half last line is no fault, and is read when it is whole", "[line_log]") {
  const TempFolder folder;
  const std::string line = reply("1", "a");
  MemorySink sink;
  read_claude_log(folder.write("log", line.substr(0, 40)), {}, sink);
  CHECK(sink.records.row_count() == 0);
  CHECK(sink.rejections.empty());
  CHECK(sink.lines_read == 0);
  CHECK(sink.cursors.back().offset == 0);
  read_claude_log(folder.write("log", line + "\n"), sink.cursors.back(), sink);
  CHECK(sink.records.row_count(Kind::Turn) == 1);
}

// A log that was read to its end, and then became something else.
struct Changed {
  TempFolder folder;
  std::string path;
  Cursor cursor;

  explicit Changed(const std::string& log) : path(folder.write("log", log)) {
    MemorySink sink;
    read_claude_log(path, {}, sink);
    cursor = sink.cursors.back();
    REQUIRE(cursor.offset == static_cast<int64_t>(log.size()));
  }

  // True where the run after that read the new log from its start.
  bool is_read_anew(const std::string& log) {
    MemorySink sink;
    const int64_t bytes = read_claude_log(folder.write("log", log), cursor, sink);
    CHECK(sink.cursors.back().offset == static_cast<int64_t>(log.size()));
    return bytes == static_cast<int64_t>(log.size()) &&
           lines_of(sink.records) == records_of(folder, log);
  }
};

std::string many(char first, int count) {
  std::string log;
  for (int i = 0; i < count; ++i)
    log += reply(std::string(1, first) + std::to_string(i), "t") + "\n";
  return log;
}

TEST_CASE("a replaced file is read from the start", "[line_log]") {
  for (const int count : {1, 60}) {
    Changed changed(many('a', count));
    CHECK(changed.is_read_anew(many('b', count)));
    CHECK(changed.is_read_anew(many('b', count + 5)));
  }
}

TEST_CASE("a shrunk file is read from the start", "[line_log]") {
  for (const int count : {2, 60}) {
    Changed changed(many('a', count));
    CHECK(changed.is_read_anew(many('a', count - 1)));
    CHECK(changed.is_read_anew(many('b', 1)));
    CHECK(changed.is_read_anew(""));
  }
}

TEST_CASE("a file rewritten in place is read from the start", "[line_log]") {
  const std::string log = many('a', 60);
  REQUIRE(log.size() > 3 * 4096);
  Changed changed(log);
  for (const size_t at : {size_t{0}, log.find("msg_a3"), log.rfind("msg_a5")}) {
    std::string rewritten = log + reply("new", "n") + "\n";
    rewritten[at == 0 ? log.find("\"t\"") + 1 : at + 4] = 'z';
    CHECK(changed.is_read_anew(rewritten));
  }
}

TEST_CASE("a file that only grew is read on, with its line numbers", "[line_log]") {
  const std::string log = many('a', 60);
  Changed changed(log);
  MemorySink sink;
  const std::string grown = log + "rubbish\n" + reply("new", "n") + "\n";
  const int64_t bytes = read_claude_log(changed.folder.write("log", grown), changed.cursor, sink);
  CHECK(bytes == static_cast<int64_t>(grown.size() - log.size()));
  CHECK(sink.records.row_count(Kind::Turn) == 1);
  CHECK(sink.rejections == std::vector<int64_t>{61});
  CHECK(sink.cursors.back().lines == 62);
}

TEST_CASE("a file that shrinks while it is read gets no checkpoint", "[line_log]") {
  const TempFolder folder;
  MemorySink sink;
  // As big as it was when it was listed.
  read_claude_log(folder.write("log", reply("1", "a") + "\n"), {}, sink, 100'000);
  CHECK(sink.cursors.empty());
  CHECK(sink.records.row_count(Kind::Turn) == 1);
}

TEST_CASE("a file that is gone is an error", "[line_log]") {
  const TempFolder folder;
  MemorySink sink;
  CHECK_THROWS_AS(read_claude_log(folder / "none", {}, sink, 1), Error);
}

}  // namespace
}  // namespace relayburn
