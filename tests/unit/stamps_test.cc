#include "core/records/stamps.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/records/record_json.h"

namespace relayburn {
namespace {

Stamp stamp_of(std::string_view session, std::string_view enrichment) {
  Stamp stamp;
  stamp.revision = 4;
  stamp.session_id = session;
  stamp.ts = Instant{5};
  stamp.enrichment = enrichment;
  return stamp;
}

TEST_CASE("an enrichment is a JSON object with sorted keys", "[stamps]") {
  CHECK(enrichment_json({}) == "{}");
  CHECK(enrichment_json({{"b", "2"}, {"a", "1"}, {"B", ""}}) == R"({"B":"","a":"1","b":"2"})");
  CHECK(enrichment_json({{"\"", "\n"}}) == R"({"\"":"\n"})");
}

TEST_CASE("enrichments come back as they were", "[stamps]") {
  const Enrichment tags = {{"", "empty key"}, {"a|%", "é😀"}, {"z", ""}, {"q\"\\", "\t"}};
  CHECK(parse_enrichment(enrichment_json(tags)) == tags);
  CHECK(parse_enrichment("{}").empty());
}

TEST_CASE("what is no object of strings is no enrichment", "[stamps]") {
  for (const char* text : {"", "null", "[]", "\"a\"", "{", R"({"a":1})", R"({"a":"x")",
                           R"({"a":"x"} {})", R"({"a":null})", R"({"a":{"b":"c"}})"}) {
    CAPTURE(text);
    CHECK(parse_enrichment(text).empty());
  }
}

TEST_CASE("a stamp is added under its key", "[stamps]") {
  Batch batch;
  Stamp stamp = stamp_of("s", R"({"team":"a"})");
  add_stamp(batch, stamp);
  REQUIRE(batch.row_count(Kind::Stamp) == 1);
  CHECK(batch.row_count() == 1);
  const Stamp kept = from_row<Stamp>(batch.row(Kind::Stamp, 0));
  CHECK(kept.id == stamp_key(stamp));
  CHECK(kept.enrichment == stamp.enrichment);
  CHECK(kept.revision == 4);
}

TEST_CASE("the same stamp twice is one", "[stamps]") {
  Batch batch;
  add_stamp(batch, stamp_of("s", R"({"a":"1","parentAgentId":"p"})"));
  add_stamp(batch, stamp_of("s", R"({"a":"1","parentAgentId":"p"})"));
  CHECK(batch.row_count() == 2);
  add_stamp(batch, stamp_of("s", R"({"a":"2"})"));
  CHECK(batch.row_count(Kind::Stamp) == 2);
}

TEST_CASE("a parentAgentId says that the session is a subagent's", "[stamps]") {
  Batch batch;
  add_stamp(batch, stamp_of("child-1", R"({"agentId":"child-agent","parentAgentId":"parent-9"})"));
  REQUIRE(batch.row_count(Kind::Relationship) == 1);
  const Relationship edge = from_row<Relationship>(batch.row(Kind::Relationship, 0));
  CHECK(to_hex(edge.id).substr(0, 16) == "50d8d4a34391ceaf");
  CHECK(edge.source == "spawn-env");
  CHECK(edge.session_id == "child-1");
  CHECK(edge.type == "subagent");
  CHECK(edge.related_session_id == "parent-9");
  CHECK(edge.agent_id == "child-agent");
  CHECK(edge.ts == Instant{5});
  CHECK(edge.revision == 4);
}

TEST_CASE("no edge without a session or without a parent", "[stamps]") {
  Batch batch;
  add_stamp(batch, stamp_of("s", R"({"agentId":"a"})"));
  Stamp of_message = stamp_of("s", R"({"parentAgentId":"p"})");
  of_message.session_id.reset();
  of_message.message_id = "m";
  add_stamp(batch, of_message);
  CHECK(batch.row_count(Kind::Stamp) == 2);
  CHECK(batch.row_count(Kind::Relationship) == 0);
}

}  // namespace
}  // namespace relayburn
