#include "core/sources/codex/codex_session.h"

#include <algorithm>
#include <iterator>

#include "core/records/local_provider.h"
#include "core/sources/git_remote.h"

namespace relayburn {
namespace {

// Names of service tiers in the API and in Codex, which called priority "fast" at first.
bool is_known_tier(std::string_view tier) {
  constexpr std::string_view known[] = {"auto", "default", "standard",  "flex", "priority",
                                        "fast", "scale",   "ultrafast", "batch"};
  return std::find(std::begin(known), std::end(known), tier) != std::end(known);
}

}  // namespace

// The first one names the file's session; those of a copied history are of others.
void CodexSession::take_meta() {
  const OptText id = out_.storable_session(item_.id);
  if (state_.is_named) {
    if (id && id == view(state_.session)) {
      take_facts();
    } else if (id) {
      take_root();
    }
    return enter();
  }
  state_.is_named = true;
  state_.session = id;
  out_.session = id;
  take_root();
  state_.is_fork = stated(item_.forked_from_id).has_value();
  state_.is_sidechain = item_.subagent.is_present || stated(item_.parent_thread_id);
  take_facts();
  enter();
  sight();
  add_edges();
}

// A fork begins with the history of its parent, which may be a fork: the last one that is named is
// the oldest.
void CodexSession::take_root() {
  const OptText origin = out_.storable_session(item_.forked_from_id);
  if (const OptText root = origin ? origin : out_.storable_session(item_.id)) state_.root = *root;
}

void CodexSession::take_facts() {
  if (item_.model_provider && is_local_provider(*item_.model_provider))
    state_.local_provider = *item_.model_provider;
  keep(state_.version, item_.cli_version, "cli_version");
  keep(state_.branch, item_.branch, "git.branch");
  keep(state_.cwd, item_.cwd, "cwd", kMaxCodexPath);
  if (!item_.repository_url) return;
  const std::optional<std::string> remote = canonical_remote(*item_.repository_url);
  if (remote) keep(state_.remote, *remote, "git.repository_url");
}

void CodexSession::add_edges() {
  if (item_.timestamp)
    if (const auto ts = parse_instant(*item_.timestamp)) out_.ts = ts;
  add_edge("root");
  if (const OptText origin = stated(item_.forked_from_id)) {
    Relationship edge;
    edge.related_session_id = origin;
    add_edge("fork", edge);
  }
  if (!state_.is_sidechain) return;
  Relationship edge;
  edge.related_session_id = stated(item_.parent_thread_id);
  if (!edge.related_session_id) edge.related_session_id = stated(item_.subagent.parent_thread_id);
  edge.agent_id = out_.session;
  edge.subagent_type = stated(item_.subagent.kind);
  if (!edge.subagent_type) edge.subagent_type = stated(item_.agent_role);
  add_edge("subagent", edge);
}

// Evidence that states the type is the greater one.
void CodexSession::add_edge(std::string_view type, Relationship edge) {
  edge.revision = out_.revision(edge.subagent_type ? 1 : 0, false);
  edge.type = type;
  edge.version = view(state_.version);
  out_.add_edge(edge);
}

void CodexSession::add_spawn(OptText agent, OptText parent, OptText call_id, OptText role) {
  agent = out_.storable_session(agent);
  if (!agent) return;
  Relationship edge;
  edge.session_id = agent;
  edge.related_session_id = parent ? parent : out_.session;
  edge.agent_id = agent;
  edge.parent_tool_use_id = call_id;
  edge.subagent_type = role;
  add_edge("subagent", edge);
}

void CodexSession::keep(std::optional<std::string>& field, OptText text, std::string_view name,
                        size_t longest) {
  text = stated(text);
  if (!text) return;
  if (text->size() <= longest) {
    field = *text;
  } else {
    out_.issue(std::string(name) + " is longer than " + std::to_string(longest) +
               " bytes; passed over");
  }
}

void CodexSession::take_turn_id() {
  const std::optional<std::string> before = state_.turn_id;
  keep(state_.turn_id, item_.turn_id, "turn_id");
  if (state_.turn_id != before) state_.is_recorded = false;
}

// A model that is served locally is none of the vendor's, whatever its name.
void CodexSession::take_model() {
  if (!stated(item_.model)) return;
  keep(state_.model, item_.model, "model");
  if (state_.local_provider && state_.model == *item_.model)
    state_.model = *state_.local_provider + "/" + *state_.model;
}

void CodexSession::take_context() {
  take_turn_id();
  take_model();
  if (item_.states_service_tier) take_service_tier();
  keep(state_.cwd, item_.cwd, "cwd", kMaxCodexPath);
  enter();
  sight();
}

void CodexSession::take_settings() {
  if (!item_.has_settings) return;
  take_model();
  take_service_tier();
}

// One that is null or absent ends the tier before it.
void CodexSession::take_service_tier() {
  state_.service_tier.reset();
  keep(state_.service_tier, item_.service_tier, "service_tier");
  check_service_tier(view(state_.service_tier));
}

void CodexSession::check_service_tier(OptText tier) {
  if (tier && !is_known_tier(*tier))
    out_.unknown("service_tier '" + std::string(*tier) + "' is not known");
}

void CodexSession::take_task() {
  state_.turn_id.reset();
  state_.is_recorded = false;
  take_turn_id();
}

}  // namespace relayburn
