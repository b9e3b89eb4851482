#include "core/report/facts/session_facts.h"

#include <algorithm>

#include "core/records/described.h"

namespace relayburn {
namespace {

// Joins parts unambiguously: no part of ours holds U+0000.
std::string joined(std::initializer_list<OptText> parts) {
  std::string key;
  for (const OptText& part : parts) {
    key += part.value_or("");
    key += '\0';
  }
  return key;
}

void keep_smallest(std::unordered_map<std::string, std::string>& map, const std::string& key,
                   std::string_view value) {
  const auto [place, is_new] = map.try_emplace(key, value);
  if (!is_new && value < place->second) place->second = value;
}

OptText find(const std::unordered_map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? OptText() : OptText(found->second);
}

}  // namespace

void HostsAndProjects::load(Snapshot& snapshot) {
  std::unordered_map<std::string, std::string> labels;
  snapshot.scan(Kind::Host, {}, [&](Row row) {
    const Host host = from_row<Host>(row);
    labels.emplace(host.host_id, host.label);
  });
  snapshot.scan(Kind::HostNote, {}, [&](Row row) {
    const HostNote note = from_row<HostNote>(row);
    if (note.label) labels.insert_or_assign(std::string(note.host_id), std::string(*note.label));
  });
  snapshot.scan(Kind::Sighting, {}, [&](Row row) {
    const Sighting sighting = from_row<Sighting>(row);
    const auto label = labels.find(std::string(sighting.host_id));
    keep_smallest(hosts_, joined({sighting.source, sighting.session_id}),
                  label == labels.end() ? sighting.host_id : std::string_view(label->second));
    if (sighting.remote)
      keep_smallest(remotes_, joined({sighting.source, sighting.session_id, sighting.cwd}),
                    *sighting.remote);
  });
}

OptText HostsAndProjects::host(OptText source, OptText session) const {
  return find(hosts_, joined({source, session}));
}

OptText HostsAndProjects::project(OptText source, OptText session, OptText cwd,
                                  OptText logged_remote) const {
  const OptText known = find(remotes_, joined({source, session, cwd}));
  if (known && logged_remote) return std::min(*known, *logged_remote);
  if (known) return known;
  return logged_remote ? logged_remote : cwd;
}

OptText user_of_label(OptText label) {
  const size_t at = label ? label->find('@') : std::string_view::npos;
  return at == std::string_view::npos || at == 0 ? OptText() : OptText(label->substr(0, at));
}

void AgentTypes::offer(const std::string& agent, std::string_view type) {
  keep_smallest(types_, agent, type);
}

void AgentTypes::load(Snapshot& snapshot) {
  // A call of Agent or Task states the type; its result, or an edge, states which agent it became.
  std::unordered_map<std::string, std::string> called;
  snapshot.scan(Kind::ToolCall, {}, [&](Row row) {
    const ToolCall call = from_row<ToolCall>(row);
    if (call.subagent_type && !call.is_void)
      keep_smallest(called, joined({call.source, call.session_id, call.tool_use_id}),
                    *call.subagent_type);
  });
  // The turns of an agent stand in its parent's session or in one of its own.
  const auto became = [&](const RecordHead& head, OptText session, OptText agent, OptText tool_use,
                          OptText type) {
    if (!agent || head.is_void) return;
    const std::string key = joined({head.source, session, agent});
    if (type) offer(key, *type);
    const OptText stated =
        tool_use ? find(called, joined({head.source, head.session_id, tool_use})) : OptText();
    if (stated) offer(key, *stated);
  };
  snapshot.scan(Kind::ToolResult, {}, [&](Row row) {
    const ToolResult result = from_row<ToolResult>(row);
    for (const OptText& session : {result.session_id, result.spawned_session_id})
      became(result, session, result.spawned_agent_id, result.tool_use_id, result.subagent_type);
  });
  snapshot.scan(Kind::Relationship, {}, [&](Row row) {
    const Relationship edge = from_row<Relationship>(row);
    if (edge.type == "subagent")
      became(edge, edge.session_id, edge.agent_id, edge.parent_tool_use_id, edge.subagent_type);
  });
}

OptText AgentTypes::type(OptText source, OptText session, OptText agent_id,
                         bool is_sidechain) const {
  if (!agent_id && !is_sidechain) return std::nullopt;
  if (!agent_id) return "unknown";
  const OptText known = find(types_, joined({source, session, agent_id}));
  return known ? known : OptText("unknown");
}

}  // namespace relayburn
