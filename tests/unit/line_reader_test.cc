#include "core/base/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/temp_folder.h"

namespace relayburn {
namespace {

// Of core/base/line_reader.cc: what is read at once.
constexpr size_t kWindow = size_t{256} << 10;

struct Piece {
  std::string text;
  int64_t offset;
  bool is_ended;

  friend bool operator==(const Piece&, const Piece&) = default;
};

// What LineReader promises, in the simplest words.
std::vector<Piece> split(const std::string& bytes, size_t begin, size_t end) {
  std::vector<Piece> pieces;
  while (begin < end) {
    const size_t newline = bytes.find('\n', begin);
    const bool is_ended = newline < end;
    const size_t stop = is_ended ? newline : end;
    pieces.push_back({bytes.substr(begin, stop - begin), static_cast<int64_t>(begin), is_ended});
    begin = stop + 1;
  }
  return pieces;
}

class Reading {
 public:
  explicit Reading(const std::string& bytes) : path(folder.write("log", bytes)) {
    file = FileHandle::open(path, O_RDONLY);
  }

  std::vector<Piece> read(size_t begin, size_t end) {
    LineReader reader(file, path, static_cast<int64_t>(begin), static_cast<int64_t>(end), buffer);
    std::vector<Piece> pieces;
    Line line;
    while (reader.next(line)) {
      pieces.push_back({std::string(line.text), line.offset, line.is_ended});
      // Under the sanitizers: the padding may be read, and was written.
      for (size_t i = 0; i < kJsonPadding; ++i)
        padding_sum += line.text.data()[line.text.size() + i];
    }
    CHECK_FALSE(reader.next(line));
    is_short = reader.is_short();
    return pieces;
  }

  TempFolder folder;
  std::string path;
  FileHandle file;
  LineBuffer buffer;
  bool is_short = false;
  int padding_sum = 0;
};

TEST_CASE("every part of a small file is split as it should be", "[line_reader]") {
  for (const std::string& bytes : {std::string("one\ntwo\n\n\r\nfive"), std::string("\n\n"),
                                   std::string("a\n\0b\n", 5), std::string("x")}) {
    Reading reading(bytes);
    for (size_t begin = 0; begin <= bytes.size(); ++begin)
      for (size_t end = begin; end <= bytes.size(); ++end) {
        CAPTURE(bytes, begin, end);
        CHECK(reading.read(begin, end) == split(bytes, begin, end));
        CHECK_FALSE(reading.is_short);
      }
  }
}

TEST_CASE("an empty file has no line", "[line_reader]") {
  Reading reading("");
  CHECK(reading.read(0, 0).empty());
  CHECK_FALSE(reading.is_short);
}

TEST_CASE("a last line without a newline is not ended", "[line_reader]") {
  Reading reading("a\nbc");
  CHECK(reading.read(0, 4) == std::vector<Piece>{{"a", 0, true}, {"bc", 2, false}});
  CHECK(reading.read(0, 2) == std::vector<Piece>{{"a", 0, true}});
}

TEST_CASE("a line knows where it ends", "[line_reader]") {
  CHECK(Line{"abc", 10, true}.end() == 14);
  CHECK(Line{"abc", 10, false}.end() == 13);
  CHECK(Line{"", 0, true}.end() == 1);
}

TEST_CASE("newlines round the edges of the window are found", "[line_reader]") {
  for (const size_t edge : {kWindow, kWindow + kJsonPadding, kWindow / 2, 2 * kWindow})
    for (size_t length = edge - 3; length <= edge + 3; ++length) {
      CAPTURE(length);
      std::string bytes(length, 'a');
      bytes += "\n" + std::string(length, 'b') + "\n\nend";
      Reading reading(bytes);
      const bool is_same = reading.read(0, bytes.size()) == split(bytes, 0, bytes.size());
      CHECK(is_same);
    }
}

TEST_CASE("lines of every length come through windows of every cut", "[line_reader]") {
  std::mt19937 random(5);
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    const size_t most = random() % 10 == 0 ? 3 * kWindow / 2 : 3000;
    bytes.append(random() % most, static_cast<char>('a' + i % 26));
    if (i < 299) bytes += '\n';
  }
  REQUIRE(bytes.size() > 5 * kWindow);
  Reading reading(bytes);
  for (int round = 0; round < 20; ++round) {
    const size_t begin = random() % bytes.size();
    const size_t end = round == 0 ? bytes.size() : begin + random() % (bytes.size() - begin);
    CAPTURE(begin, end);
    const bool is_same = reading.read(begin, end) == split(bytes, begin, end);
    CHECK(is_same);
  }
}

TEST_CASE("a line of 20 MB is one line, and its memory is given back", "[line_reader]") {
  std::string bytes = "first\n";
  for (int i = 0; i < 20'000; ++i) bytes += std::string(1000, static_cast<char>('a' + i % 26));
  bytes += "\nlast";
  Reading reading(bytes);
  const bool is_same = reading.read(0, bytes.size()) == split(bytes, 0, bytes.size());
  CHECK(is_same);
  CHECK(reading.buffer.size() > 20'000'000);
  CHECK(reading.buffer.size() < 70'000'000);
  reading.buffer.trim();
  CHECK(reading.buffer.size() == 0);
  CHECK(reading.read(0, 6) == std::vector<Piece>{{"first", 0, true}});
  const size_t small = reading.buffer.size();
  reading.buffer.trim();
  CHECK(reading.buffer.size() == small);
}

TEST_CASE("memory is bounded by the longest line, not by the file", "[line_reader]") {
  std::string bytes;
  while (bytes.size() < 4'000'000) bytes += std::string(999, 'x') + "\n";
  Reading reading(bytes);
  CHECK(reading.read(0, bytes.size()).size() == bytes.size() / 1000);
  CHECK(reading.buffer.size() <= 2 * kWindow);
}

std::vector<Line> read_bounded(Reading& reading, size_t max_line) {
  LineReader reader(reading.file, reading.path, 0, reading.file.status(reading.path).st_size,
                    reading.buffer, max_line);
  std::vector<Line> lines;
  for (Line line; reader.next(line);) lines.push_back(line);
  return lines;
}

TEST_CASE("a line that is too long is skipped, and is as long as it is", "[line_reader]") {
  constexpr size_t max_line = 3 * kWindow / 2;
  for (const size_t length : {max_line, max_line + 1, 2 * kWindow, 3 * kWindow, 20 * kWindow}) {
    for (const bool is_ended : {true, false}) {
      CAPTURE(length, is_ended);
      const std::string long_line(length, 'x');
      Reading reading("a\n" + long_line + (is_ended ? "\nb" : ""));
      const std::vector<Line> lines = read_bounded(reading, max_line);
      REQUIRE(lines.size() == (is_ended ? 3 : 2));
      CHECK(lines[1].offset == 2);
      CHECK(lines[1].is_ended == is_ended);
      CHECK(lines[1].is_too_long() == (length > max_line));
      CHECK(lines[1].skipped + static_cast<int64_t>(lines[1].text.size()) ==
            static_cast<int64_t>(length));
      if (is_ended) CHECK(lines[2].offset == lines[1].end());
      CHECK(reading.buffer.size() <= max_line + 2 * kWindow);
    }
  }
}

TEST_CASE("reading can begin inside a line, and skip the rest of it", "[line_reader]") {
  const std::string bytes = std::string(3 * kWindow, 'x') + "\nb\n";
  Reading reading(bytes);
  const auto size = static_cast<int64_t>(bytes.size());
  LineReader reader(reading.file, reading.path, 10, size, reading.buffer);
  CHECK(reader.skip().end() == 3 * kWindow + 1);
  Line line;
  REQUIRE(reader.next(line));
  CHECK(line.text == "b");
  CHECK_FALSE(reader.next(line));
  LineReader at_newline(reading.file, reading.path, 3 * kWindow, size, reading.buffer);
  CHECK(at_newline.skip().is_ended);
  LineReader at_end(reading.file, reading.path, size, size, reading.buffer);
  CHECK_FALSE(at_end.skip().is_ended);
}

TEST_CASE("a file shorter than promised is told so", "[line_reader]") {
  Reading reading("one\ntwo");
  CHECK(reading.read(0, 100) == std::vector<Piece>{{"one", 0, true}, {"two", 4, false}});
  CHECK(reading.is_short);
  CHECK(reading.read(50, 100).empty());
  CHECK(reading.is_short);
}

TEST_CASE("a file that shrinks while it is read is told so", "[line_reader]") {
  std::string bytes;
  while (bytes.size() < 3 * kWindow) bytes += std::string(99, 'x') + "\n";
  Reading reading(bytes);
  LineReader reader(reading.file, reading.path, 0, static_cast<int64_t>(bytes.size()),
                    reading.buffer);
  Line line;
  REQUIRE(reader.next(line));
  REQUIRE(truncate(reading.path.c_str(), 50) == 0);
  size_t count = 1;
  while (reader.next(line)) ++count;
  CHECK(reader.is_short());
  CHECK(count < bytes.size() / 100);
}

TEST_CASE("what is written behind the end is not read", "[line_reader]") {
  Reading reading("a\nb\nc\n");
  CHECK(reading.read(0, 3) == std::vector<Piece>{{"a", 0, true}, {"b", 2, false}});
  CHECK_FALSE(reading.is_short);
}

TEST_CASE("a read error is thrown", "[line_reader]") {
  const TempFolder folder;
  const std::string path = folder.path();
  const FileHandle directory = FileHandle::open(path, O_RDONLY);
  LineBuffer buffer;
  LineReader reader(directory, path, 0, 10, buffer);
  Line line;
  CHECK_THROWS_AS(reader.next(line), Error);
}

}  // namespace
}  // namespace relayburn
