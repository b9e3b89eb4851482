#include "core/records/record_json.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/records/described.h"
#include "tests/unit/record_line.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

const std::string kHex = "00112233445566778899aabbccddeeff";
const Key kId = *key_from_hex(kHex);

// The line as it is written again after reading, or "refused".
std::string reread(const std::string& text) {
  const RecordLine line(text);
  return line.is_read() ? json_of(line.kind(), line.cells()) : "refused";
}

template <class Record>
Record head_of(int64_t revision) {
  Record record;
  record.id = kId;
  record.revision = revision;
  return record;
}

const std::string kStart = R"("id":")" + kHex + R"(","revision":)";

TEST_CASE("a bare turn is spelled with its required fields", "[record_json]") {
  const std::string line = R"({"kind":"turn",)" + kStart + R"(0,"messageId":"",)" +
                           R"("callKey":"00000000000000000000000000000000","input":0,"output":0,)" +
                           R"("reasoning":0,"cacheRead":0,"cacheCreate5m":0,"cacheCreate1h":0,)" +
                           R"("webSearchRequests":0,"keywords":0})";
  CHECK(json_of(head_of<Turn>(0)) == line);
  CHECK(reread(line) == line);
}

TEST_CASE("a full turn is spelled in the order of its columns", "[record_json]") {
  Turn turn = head_of<Turn>(5);
  turn.is_void = turn.is_sidechain = turn.is_fork = turn.output_is_lower_bound = true;
  turn.source = "codex";
  turn.session_id = "s";
  turn.ts = Instant{-1};
  turn.message_id = "m";
  turn.call_key = kId;
  turn.model = "gpt";
  turn.input = 1;
  turn.output = int64_t{1} << 40;
  turn.reasoning = 3;
  turn.cache_read = 4;
  turn.cache_create_5m = 5;
  turn.cache_create_1h = 6;
  turn.web_search_requests = 7;
  turn.context_tokens = 8;
  turn.service_tier = "st";
  turn.speed = "fast";
  turn.inference_geo = "us";
  turn.stop_reason = "end";
  turn.agent_id = "a";
  turn.keywords = 9;
  turn.uuid = "u";
  turn.parent_uuid = "p";
  turn.request_id = "r";
  turn.branch = "b";
  turn.cwd = "/w";
  turn.remote = "h/o/r";
  turn.version = "1";
  turn.reported_cost_usd = "0.1";
  const std::string line =
      R"({"kind":"turn",)" + kStart + R"(5,"isVoid":true,"source":"codex","sessionId":"s",)" +
      R"("ts":"1969-12-31T23:59:59.999999Z","messageId":"m","callKey":")" + kHex +
      R"(","model":"gpt","input":1,"output":1099511627776,"reasoning":3,"cacheRead":4,)" +
      R"("cacheCreate5m":5,"cacheCreate1h":6,"webSearchRequests":7,"contextTokens":8,)" +
      R"("serviceTier":"st","speed":"fast","inferenceGeo":"us","stopReason":"end",)" +
      R"("isSidechain":true,"agentId":"a","isFork":true,"outputIsLowerBound":true,"keywords":9,)" +
      R"("uuid":"u","parentUuid":"p","requestId":"r","branch":"b","cwd":"/w","remote":"h/o/r",)" +
      R"("version":"1","reportedCostUsd":"0.1"})";
  CHECK(json_of(turn) == line);
  CHECK(reread(line) == line);
}

TEST_CASE("each other kind is spelled with its required fields", "[record_json]") {
  const std::string zero = "00000000000000000000000000000000";
  const auto check = [](const std::string& written, const std::string& kind,
                        const std::string& rest) {
    const std::string line = R"({"kind":")" + kind + "\"," + kStart + "1" + rest + "}";
    CHECK(written == line);
    CHECK(reread(line) == line);
  };
  check(json_of(head_of<ToolCall>(1)), "tool_call",
        R"(,"messageId":"","toolUseId":"","name":"","argsHash":")" + zero + R"(","inputBytes":0)");
  check(json_of(head_of<ToolResult>(1)), "tool_result",
        R"(,"toolUseId":"","eventSource":"","status":"")");
  check(json_of(head_of<UserTurn>(1)), "user_turn", R"(,"textBytes":0,"keywords":0)");
  check(json_of(head_of<Relationship>(1)), "relationship", R"(,"type":"")");
  check(json_of(head_of<Compaction>(1)), "compaction", "");
  check(json_of(head_of<Stamp>(1)), "stamp", R"(,"enrichment":"")");
  check(json_of(head_of<Content>(1)), "content", R"(,"contentKind":"","role":"","body":"")");
  check(json_of(head_of<Sighting>(1)), "sighting", R"(,"hostId":"")");
  check(json_of(head_of<Host>(1)), "host",
        R"(,"hostId":"","label":"","version":"","lastResult":"")");
  check(json_of(head_of<HostNote>(1)), "host_note", R"(,"hostId":"")");
}

TEST_CASE("optional fields of the other kinds have their names", "[record_json]") {
  ToolResult result = head_of<ToolResult>(1);
  result.content_bytes = 0;
  result.content_hash = kId;
  result.spawned_agent_id = "a";
  result.spawned_session_id = "s";
  result.subagent_type = "t";
  CHECK_THAT(json_of(result), Catch::EndsWith(R"("contentBytes":0,"contentHash":")" + kHex +
                                              R"(","spawnedAgentId":"a","spawnedSessionId":"s",)" +
                                              R"("subagentType":"t"})"));
  Compaction compaction = head_of<Compaction>(1);
  compaction.logical_parent_uuid = "l";
  compaction.trigger = "auto";
  compaction.tokens_before = 2;
  compaction.tokens_after = 1;
  CHECK_THAT(json_of(compaction),
             Catch::EndsWith(R"("logicalParentUuid":"l","trigger":"auto","tokensBefore":2,)"
                             R"("tokensAfter":1})"));
}

TEST_CASE("text is escaped as ECMAScript does", "[record_json]") {
  Content content = head_of<Content>(1);
  content.body = "\"\\/\b\t\n\f\r\x01\x1f\x7f é😀\xE2\x80\xA8";
  const std::string line = json_of(content);
  CHECK_THAT(line, Catch::EndsWith("\"body\":\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f "
                                   "é😀\xE2\x80\xA8\"}"));
  CHECK(reread(line) == line);
}

TEST_CASE("without revision, the rest stays as it is", "[record_json]") {
  std::array<Cell, kFieldCount<Compaction>> cells;
  const Compaction compaction = head_of<Compaction>(3);
  to_cells(compaction, cells.data());
  std::string line = "before ";
  append_record_json_without_revision(line, Kind::Compaction, cells);
  CHECK(line == R"(before {"kind":"compaction","id":")" + kHex + "\"}");
}

TEST_CASE("rows of every kind come back as they were", "[record_json]") {
  std::mt19937 random(3);
  Arena arena;
  RecordJsonReader reader;
  for (int i = 0; i < 400; ++i) {
    const Kind kind = kAllKinds[random() % kKindCount];
    const std::span<Cell> row = random_row(kind, random, arena, 5);
    if (i % 2 == 0) row[kRevisionColumn] = Cell::integer(INT64_MAX - i);
    std::string line = json_of(kind, row);
    const size_t size = line.size();
    line.append(kJsonPadding, '\0');
    Kind read_kind;
    std::span<Cell> read_row;
    REQUIRE(reader.read({line.data(), size}, arena, read_kind, read_row));
    REQUIRE(read_kind == kind);
    REQUIRE(std::equal(row.begin(), row.end(), read_row.begin(), read_row.end()));
  }
}

}  // namespace
}  // namespace relayburn
