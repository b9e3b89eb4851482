#include "core/records/keys.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/sha256.h"

namespace relayburn {
namespace {

std::string first_digits(const Key& key) { return to_hex(key).substr(0, 16); }

Relationship edge_of(std::string_view source, std::string_view session, std::string_view type) {
  Relationship edge;
  edge.source = source;
  edge.session_id = session;
  edge.type = type;
  return edge;
}

TEST_CASE("keys of turns are the published hashes", "[keys]") {
  CHECK(to_hex(turn_key("claude-code", "sess-1", "msg_01ABC")) ==
        "0a9b86454e03393946d51974d1993f10");
  CHECK(first_digits(turn_key("codex", "0199aa11-0000-7000-8000-000000000001", "turn-1")) ==
        "4d50459f8f07c49d");
  CHECK(first_digits(turn_key("opencode", "ses_abc", "msg_def")) == "df202b2a2f85b99b");
}

TEST_CASE("keys of relationships are the published hashes", "[keys]") {
  CHECK(first_digits(relationship_key(edge_of("claude-code", "sess-1", "root"))) ==
        "3e6307b9a5214d5a");

  Relationship subagent = edge_of("claude-code", "sess-1", "subagent");
  subagent.related_session_id = "sess-1";
  subagent.agent_id = "u-42";
  subagent.parent_tool_use_id = "toolu_01";
  CHECK(first_digits(relationship_key(subagent)) == "656f25870153b1c7");

  Relationship spawned = edge_of("spawn-env", "child-1", "subagent");
  spawned.related_session_id = "parent-9";
  spawned.agent_id = "child-agent";
  CHECK(first_digits(relationship_key(spawned)) == "50d8d4a34391ceaf");
}

TEST_CASE("keys of user turns are the published hashes", "[keys]") {
  CHECK(first_digits(line_key("claude-code", "sess-1", "u-42")) == "fdabf28c8048e2cc");
  CHECK(first_digits(line_key("codex", "s-1", "s-1:start->turn-1")) == "cd508ff11fa296ba");
}

TEST_CASE("every part but the last is escaped", "[keys]") {
  CHECK(to_hex(key_of({"a%b|c", "d", "e%|f"})) == "166eb219e3aee3e3cf1d5f8fa377411a");
  CHECK(key_of({"a%b|c", "d", "e%|f"}) == hash_key("a%25b%7Cc|d|e%|f"));
  CHECK(key_of({"||", "%%", "x"}) == hash_key("%7C%7C|%25%25|x"));
  CHECK(key_of({"a|b"}) == hash_key("a|b"));
  CHECK(key_of({"%7C", "x"}) != key_of({"|", "x"}));
  CHECK(key_of({"a|b", "c"}) != key_of({"a", "b", "c"}));
  CHECK(key_of({"a", "b|c"}) != key_of({"a|b", "c"}));
}

TEST_CASE("absent parts are empty", "[keys]") {
  CHECK(to_hex(turn_key("claude-code", std::nullopt, "m")) == "c227a51fdf95ca0a7f48bec1395537a4");
  CHECK(turn_key("claude-code", "", "m") == turn_key("claude-code", std::nullopt, "m"));
  CHECK(key_of({std::nullopt, std::nullopt}) == hash_key("|"));
  CHECK(turn_key("a", std::nullopt, "m") != turn_key("a", "m", std::nullopt));
}

TEST_CASE("keys of the other kinds join their parts in order", "[keys]") {
  CHECK(tool_call_key("s", "i", "m", "t") == hash_key("s|i|m|t"));
  CHECK(tool_result_key("s", "i", "t", "tool_result", "u#0") == hash_key("s|i|t|tool_result|u#0"));
  CHECK(content_key("s", "i", "m", "text", "h") == hash_key("s|i|m|text|h"));
}

TEST_CASE("the key of a stamp is the hash of its JSON", "[keys]") {
  Stamp stamp;
  stamp.enrichment = R"({"team":"a|b"})";
  CHECK(stamp_key(stamp) == hash_key(R"({"enrichment":{"team":"a|b"}})"));

  stamp.session_id = "s";
  stamp.ts = Instant{1'000'000};
  stamp.message_id = "m\"";
  stamp.from_ts = Instant{0};
  stamp.to_ts = Instant{1};
  CHECK(stamp_key(stamp) ==
        hash_key(R"({"sessionId":"s","ts":"1970-01-01T00:00:01.000000Z","messageId":"m\"",)"
                 R"("fromTs":"1970-01-01T00:00:00.000000Z","toTs":"1970-01-01T00:00:00.000001Z",)"
                 R"("enrichment":{"team":"a|b"}})"));

  const Key before = stamp_key(stamp);
  stamp.revision = 7;
  stamp.id = before;
  CHECK(stamp_key(stamp) == before);
}

TEST_CASE("each part of a sighting is in its key", "[keys]") {
  Sighting sighting;
  sighting.host_id = "h";
  sighting.source = "codex";
  sighting.session_id = "s";
  sighting.cwd = "/w";
  sighting.remote = "r";
  CHECK(sighting_key(sighting) == hash_key("h|codex|s|/w|r"));
  sighting.revision = 9;
  CHECK(sighting_key(sighting) == hash_key("h|codex|s|/w|r"));
}

}  // namespace
}  // namespace relayburn
