#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/record_line.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

const std::string kId = "00112233445566778899aabbccddeeff";

bool is_read(const std::string& line) { return RecordLine(line).is_read(); }

// A compaction with these members behind its kind.
std::string compaction(const std::string& members) {
  return R"({"kind":"compaction",)" + members + "}";
}
const std::string kHead = R"("id":")" + kId + R"(","revision":1)";

TEST_CASE("a line is read whole or not at all", "[record_json]") {
  const std::string line =
      compaction(kHead + R"(,"ts":"2026-01-01T00:00:00.000000Z","uuid":"é\n","tokensBefore":12)");
  REQUIRE(is_read(line));
  for (size_t size = 0; size < line.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(is_read(line.substr(0, size)));
  }
}

TEST_CASE("nothing may follow a record", "[record_json]") {
  const std::string line = compaction(kHead);
  REQUIRE(is_read(line));
  CHECK(is_read(line + " \r"));
  for (const char* more : {"x", "}", "]", ",", "\"", "1", "null", "{}", " {\"kind\":\"turn\"}"}) {
    CAPTURE(more);
    CHECK_FALSE(is_read(line + more));
  }
  CHECK_FALSE(is_read(line + line));
}

TEST_CASE("what is no object of a known kind is refused", "[record_json]") {
  for (const std::string& line :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"), std::string("7"),
        std::string("\"turn\""), std::string(20, '\0'), "{" + kHead + "}",
        "{" + kHead + R"(,"kind":"compaction"})", R"({"kind":"Compaction",)" + kHead + "}",
        R"({"kind":"",)" + kHead + "}", R"({"kind":"run",)" + kHead + "}",
        R"({"kind":null,)" + kHead + "}", R"({"kind":1,)" + kHead + "}"}) {
    CAPTURE(line);
    CHECK_FALSE(is_read(line));
  }
}

TEST_CASE("a required field that is missing refuses the line", "[record_json]") {
  CHECK_FALSE(is_read(R"({"kind":"compaction"})"));
  CHECK_FALSE(is_read(compaction(R"("revision":1)")));
  CHECK_FALSE(is_read(compaction(R"("id":")" + kId + "\"")));
  CHECK_FALSE(is_read(R"({"kind":"relationship",)" + kHead + "}"));
  CHECK(is_read(R"({"kind":"relationship",)" + kHead + R"(,"type":"root"})"));
}

TEST_CASE("a field of another type refuses the line", "[record_json]") {
  for (const char* member : {R"("tokensBefore":"1")",
                             R"("tokensBefore":1.5)",
                             R"("tokensBefore":1e3)",
                             R"("tokensBefore":true)",
                             R"("tokensBefore":null)",
                             R"("tokensBefore":[1])",
                             R"("tokensBefore":9223372036854775808)",
                             R"("tokensBefore":01)",
                             R"("tokensBefore":1x)",
                             R"("uuid":1)",
                             R"("uuid":null)",
                             R"("uuid":{})",
                             R"("uuid":"\ud800")",
                             R"("uuid":"\x")",
                             R"("isVoid":1)",
                             R"("isVoid":"true")",
                             R"("isVoid":tru)",
                             R"("ts":0)",
                             R"("ts":"")",
                             R"("ts":"yesterday")",
                             R"("ts":"2026-13-01T00:00:00Z")"}) {
    CAPTURE(member);
    CHECK_FALSE(is_read(compaction(kHead + "," + member)));
  }
}

TEST_CASE("a damaged id refuses the line", "[record_json]") {
  for (const std::string& id :
       {std::string(), kId.substr(1), kId + "0", "g" + kId.substr(1), " " + kId.substr(1)}) {
    CAPTURE(id);
    CHECK_FALSE(is_read(compaction(R"("id":")" + id + R"(","revision":1)")));
  }
}

TEST_CASE("bytes that are no UTF-8 or no JSON text refuse the line", "[record_json]") {
  CHECK_FALSE(is_read(compaction(kHead + ",\"uuid\":\"\xff\"")));
  CHECK_FALSE(is_read(compaction(kHead + ",\"uuid\":\"\xed\xa0\x80\"")));
  CHECK_FALSE(is_read(compaction(kHead + ",\"uuid\":\"a\nb\"")));
  CHECK_FALSE(is_read(compaction(kHead + std::string(",\"uuid\":\"\0\"", 11))));
}

TEST_CASE("columns of a newer version are passed over", "[record_json]") {
  const std::string known = compaction(kHead + R"(,"uuid":"u")");
  for (const char* extra : {R"("colour":"red")", R"("colour":null)", R"("colour":-1.5e3)",
                            R"("colour":[1,{"uuid":"x"}])", R"("colour":{"id":"x","a":[]})"}) {
    for (const std::string& text : {compaction(std::string(extra) + "," + kHead + R"(,"uuid":"u")"),
                                    compaction(kHead + "," + extra + R"(,"uuid":"u")"),
                                    compaction(kHead + R"(,"uuid":"u",)" + extra)}) {
      CAPTURE(text);
      const RecordLine line(text);
      REQUIRE(line.is_read());
      CHECK(json_of(line.kind(), line.cells()) == known);
    }
  }
}

TEST_CASE("fields are known in any order, and a false flag is none", "[record_json]") {
  const RecordLine line(
      compaction(R"("uuid":"u","isVoid":false,"revision":1,"id":")" + kId + "\""));
  REQUIRE(line.is_read());
  CHECK(json_of(line.kind(), line.cells()) == compaction(kHead + R"(,"uuid":"u")"));
}

TEST_CASE("one reader reads on after a damaged line", "[record_json]") {
  RecordJsonReader reader;
  Arena arena;
  Kind kind;
  std::span<Cell> cells;
  for (int round = 0; round < 3; ++round) {
    std::string good = compaction(kHead);
    const size_t size = good.size();
    good.append(kJsonPadding, '\0');
    CHECK_FALSE(reader.read({good.data(), size - 1}, arena, kind, cells));
    CHECK(reader.read({good.data(), size}, arena, kind, cells));
  }
}

}  // namespace
}  // namespace relayburn
