#include <catch2/catch.hpp>
#include <string>

#include "core/base/sha256.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "tests/unit/claude_log.h"

namespace relayburn {
namespace {

// One log, read.
struct ReadLog {
  TempFolder folder;
  MemorySink sink;

  explicit ReadLog(const std::string& log) { read_claude_log(folder.write("log", log), {}, sink); }

  size_t count(Kind kind) const { return sink.records.row_count(kind); }
  std::vector<std::string> lines() { return lines_of(sink.records); }
  std::string body() {
    return std::string(from_row<Content>(sink.records.row(Kind::Content, 0)).body);
  }
};

TEST_CASE("every whole object on a line counts", "[line_log]") {
  const std::string a = reply("1", "a"), b = reply("2", "b"), c = reply("3", "}{\\\"");
  for (const std::string& between : {std::string(), std::string(" "), std::string("\t\r ")}) {
    ReadLog log(a + between + b + between + c + "\n");
    CHECK(log.count(Kind::Turn) == 3);
    CHECK(log.sink.rejections.empty());
    CHECK(log.sink.lines_read == 1);
    CHECK(log.lines() == ReadLog(a + "\n" + b + "\n" + c + "\n").lines());
  }
}

TEST_CASE("what follows an object is lost, the object is not", "[line_log]") {
  const std::string line = reply("1", "a");
  for (const char* rest : {"x", "}", "]", ",", "\"", "\"open", "{", "{\"type\":\"assist", "[]", "1",
                           "\xff", "\\", "null"}) {
    CAPTURE(rest);
    ReadLog log("\n" + line + rest + "\n" + reply("2", "b") + "\n");
    CHECK(log.count(Kind::Turn) == 2);
    CHECK(log.sink.rejections == std::vector<int64_t>{2});
  }
}

TEST_CASE("what precedes an object loses it", "[line_log]") {
  ReadLog log("x" + reply("1", "a") + "\n[" + reply("2", "b") + "]\n");
  CHECK(log.sink.records.row_count() == 0);
  CHECK(log.sink.rejections == std::vector<int64_t>{1, 2});
}

TEST_CASE("lines without an object of ours are told of", "[line_log]") {
  ReadLog log("rubbish\n{\"type\":\n[]\n42\n" + std::string(30, '\0') + "\n" + reply("1", "a") +
              "\n");
  CHECK(log.sink.rejections == std::vector<int64_t>{1, 2, 3, 4, 5});
  CHECK(log.sink.lines_read == 6);
  CHECK(log.count(Kind::Turn) == 1);
}

TEST_CASE("blank lines and a byte-order mark are nothing", "[line_log]") {
  ReadLog log("\xEF\xBB\xBF\n\n \t\r\n  " + reply("1", "a") + "  \r\n");
  CHECK(log.sink.rejections.empty());
  CHECK(log.count(Kind::Turn) == 1);
}

TEST_CASE("bad bytes inside text are replaced, and the rest counts", "[line_log]") {
  const auto body_of = [](const std::string& text) { return ReadLog(prompt(text) + "\n").body(); };
  CHECK(body_of("a\xff z") == "a\uFFFD z");
  CHECK(body_of("\xe2\x82") == "\uFFFD");
  CHECK(body_of("\xed\xa0\x80") == "\uFFFD");
  CHECK(body_of(std::string("a\0b", 3)) == "a\uFFFDb");
  CHECK(body_of("a\\u0000b") == "a\uFFFDb");
  CHECK(body_of("a\\ud800b") == "a\uFFFDb");
  CHECK(body_of("\\ud83d\\ude00") == "😀");
  CHECK(body_of("tab\there") == "tab\there");
  CHECK(body_of("\x1b[0m") == "\x1b[0m");
}

TEST_CASE("one log object is one record, whatever stands behind it", "[line_log]") {
  // Its key is made of its bytes: they must be cut out alike on every way of reading.
  for (const std::string& object : {prompt("plain"), prompt("bad \xff"), prompt("\\ud800")}) {
    const auto expected = ReadLog(object + "\n").lines();
    REQUIRE(expected.size() > 1);
    for (const char* rest : {"", "\r", "   ", " rubbish", "{", "\"", "\xff", "\xef\xbb\xbf"}) {
      CAPTURE(object, rest);
      CHECK(ReadLog(object + rest + "\n").lines() == expected);
      CHECK(ReadLog(" \t" + object + rest + "\n").lines() == expected);
      CHECK(ReadLog(object + rest).lines() == expected);
    }
    CHECK(ReadLog(object + object + "\n").lines() == expected);
  }
}

TEST_CASE("a line without a uuid is known by the hash of its object", "[line_log]") {
  for (const std::string& object : {prompt("hi"), prompt("bad \xff"), prompt("\\ud800")}) {
    ReadLog log(object + " \n");
    REQUIRE(log.count(Kind::UserTurn) == 1);
    CHECK(from_row<UserTurn>(log.sink.records.row(Kind::UserTurn, 0)).id ==
          line_key("claude-code", "s", to_hex(hash_key(object))));
  }
}

TEST_CASE("bad bytes in a key are made storable before it is hashed", "[line_log]") {
  const auto log_of = [](const std::string& session) {
    std::string line = reply("1", "a");
    line.replace(line.find("\"s\"") + 1, 1, session);
    return line + "\n";
  };
  ReadLog log(log_of("\xff"));
  REQUIRE(log.count(Kind::Turn) == 1);
  const Turn turn = from_row<Turn>(log.sink.records.row(Kind::Turn, 0));
  CHECK(turn.session_id == "\uFFFD");
  CHECK(turn.id == turn_key("claude-code", "\uFFFD", "msg_1"));
  CHECK(ReadLog(log_of("\\ud800")).lines() == log.lines());
}

TEST_CASE("no byte of damage stops the lines behind it", "[line_log]") {
  const std::string line = reply("1", "a \\u00e9 ü");
  for (const char byte : {'\0', '\xff', '"', '{', '}', '\\', '\n'}) {
    std::string log;
    for (size_t at = 0; at < line.size(); ++at) {
      std::string damaged = line;
      damaged[at] = byte;
      log += damaged + "\n" + reply("behind" + std::to_string(at), "b") + "\n";
    }
    ReadLog read(log);
    size_t behind = 0;
    for (size_t i = 0; i < read.count(Kind::Turn); ++i)
      behind +=
          from_row<Turn>(read.sink.records.row(Kind::Turn, i)).message_id.starts_with("msg_behind");
    CAPTURE(int{byte});
    CHECK(behind == line.size());
  }
}

}  // namespace
}  // namespace relayburn
