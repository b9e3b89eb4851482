#include "core/records/stamps.h"

#include <simdjson.h>

#include "core/base/json_writer.h"
#include "core/records/keys.h"

namespace relayburn {

std::string enrichment_json(const Enrichment& enrichment) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  for (const auto& [key, value] : enrichment) writer.key(key).string(value);
  writer.end_object();
  return json;
}

Enrichment parse_enrichment(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  Enrichment enrichment;
  if (parser.parse(simdjson::padded_string(json)).get(object)) return enrichment;
  for (const auto& [key, value] : object) {
    std::string_view text;
    if (!value.get(text)) enrichment.insert_or_assign(std::string(key), std::string(text));
  }
  return enrichment;
}

namespace {

void add_spawn_edge(Batch& batch, const Stamp& stamp) {
  const Enrichment tags = parse_enrichment(stamp.enrichment);
  const auto parent = tags.find("parentAgentId");
  if (!stamp.session_id || parent == tags.end()) return;
  Relationship edge;
  edge.revision = stamp.revision;
  edge.source = "spawn-env";
  edge.session_id = stamp.session_id;
  edge.ts = stamp.ts;
  edge.type = "subagent";
  edge.related_session_id = parent->second;
  const auto agent = tags.find("agentId");
  if (agent != tags.end()) edge.agent_id = agent->second;
  edge.id = relationship_key(edge);
  batch.add(edge);
}

}  // namespace

void add_stamp(Batch& batch, Stamp stamp) {
  stamp.id = stamp_key(stamp);
  batch.add(stamp);
  add_spawn_edge(batch, stamp);
}

}  // namespace relayburn
