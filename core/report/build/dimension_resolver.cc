#include "core/report/build/dimension_resolver.h"

#include <algorithm>

namespace relayburn {
namespace {

using By = Dimension::Kind;

std::optional<std::string> own(OptText text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

bool holds(const std::vector<std::string>& wanted, OptText value) {
  return wanted.empty() ||
         (value && std::find(wanted.begin(), wanted.end(), *value) != wanted.end());
}

std::string provider_name(const Group& group) {
  return provider_of(group.source.value_or(""), group.model);
}

}  // namespace

bool DimensionResolver::asks_for(std::initializer_list<By> kinds) const {
  for (const auto& table : query_.tables)
    for (const Dimension& dimension : table)
      if (std::find(kinds.begin(), kinds.end(), dimension.kind) != kinds.end()) return true;
  return false;
}

bool DimensionResolver::needs_places() const {
  const ReportFilters& filters = query_.filters;
  return asks_for({By::Host, By::User, By::Project}) || !filters.host.empty() ||
         !filters.user.empty() || !filters.project.empty();
}

// Whether each turn must be a group of its own.
bool DimensionResolver::needs_turns() const {
  return asks_for({By::Tool, By::Activity}) || !query_.filters.tool.empty() ||
         !query_.filters.activity.empty() || tags_.asks_for_messages();
}

void DimensionResolver::load(Snapshot& snapshot) {
  if (needs_places()) places_.load(snapshot);
  if (asks_for({By::Agent}) || !query_.filters.agent.empty()) agents_.load(snapshot);
  if (asks_for({By::Activity}) || !query_.filters.activity.empty()) activities_.load(snapshot);
  if (const auto wanted = wanted_tags(); !wanted.empty()) tags_.load(snapshot, wanted);
  time_bounds_ = tags_.bounds();
}

std::set<std::string, std::less<>> DimensionResolver::wanted_tags() const {
  std::set<std::string, std::less<>> keys;
  for (const auto& table : query_.tables)
    for (const Dimension& dimension : table)
      if (dimension.kind == By::Tag) keys.insert(dimension.tag);
  for (const auto& [key, value] : query_.filters.tag) keys.insert(key);
  return keys;
}

AggregateQuery DimensionResolver::aggregate_query(const PriceTable& prices, bool by_quarter) const {
  AggregateQuery aggregate;
  aggregate.span_bounds = prices.span_bounds();
  aggregate.context_bounds = prices.context_bounds();
  aggregate.time_bounds = time_bounds_;
  aggregate.filter.since = query_.since;
  aggregate.filter.until = query_.until;
  aggregate.group_by = {GroupColumn::Source,         GroupColumn::Model,
                        GroupColumn::ServiceTier,    GroupColumn::Speed,
                        GroupColumn::InferenceGeo,   GroupColumn::Plan,
                        GroupColumn::PriceSpanIndex, GroupColumn::ContextTierIndex,
                        GroupColumn::Session};
  const auto group = [&](bool is_needed, std::initializer_list<GroupColumn> columns) {
    if (is_needed) aggregate.group_by.insert(aggregate.group_by.end(), columns);
  };
  group(by_quarter || asks_for({By::Day, By::Week, By::Month, By::Hour}),
        {GroupColumn::QuarterHour});
  group(needs_places(), {GroupColumn::Cwd, GroupColumn::Remote});
  group(asks_for({By::Branch}) || !query_.filters.branch.empty(), {GroupColumn::Branch});
  group(asks_for({By::Agent}) || !query_.filters.agent.empty(),
        {GroupColumn::AgentId, GroupColumn::IsSidechain});
  group(needs_turns(), {GroupColumn::Message});
  group(!time_bounds_.empty(), {GroupColumn::TimeBoundIndex});
  return aggregate;
}

Tags DimensionResolver::tags(const Group& group) const {
  return tags_.is_empty() ? Tags() : tags_.tags(group.session, group.message, inside_of(group));
}

// A moment between the two stamp bounds that the group lies between.
std::optional<Instant> DimensionResolver::inside_of(const Group& group) const {
  if (group.time_side == 0) return std::nullopt;
  return time_bounds_[group.time_side - 1];
}

bool DimensionResolver::passes(const Group& group, const Tags& tags) const {
  const ReportFilters& filters = query_.filters;
  return holds(filters.source, group.source) && holds(filters.model, group.model) &&
         holds(filters.session, group.session) &&
         (filters.provider.empty() || holds(filters.provider, provider_name(group))) &&
         (holds(filters.project, group.cwd) || holds(filters.project, project_of(group))) &&
         (filters.host.empty() || holds(filters.host, places_.host(group.source, group.session))) &&
         (filters.user.empty() || holds(filters.user, user_of(group))) &&
         holds(filters.branch, group.branch) &&
         (filters.agent.empty() || holds(filters.agent, agent_of(group))) &&
         (filters.activity.empty() || holds(filters.activity, activities_.of(turn_of(group)))) &&
         passes_tags(tags);
}

// Several values of one key are alternatives, as with the other filters.
bool DimensionResolver::passes_tags(const Tags& tags) const {
  const auto& wanted = query_.filters.tag;
  const auto is_there = [&](const auto& tag) {
    const auto found = tags.find(tag.first);
    return found != tags.end() && found->second == tag.second;
  };
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const auto& tag) { return tag.first == one.first && is_there(tag); });
  });
}

OptText DimensionResolver::project_of(const Group& group) const {
  return places_.project(group.source, group.session, group.cwd, group.remote);
}

OptText DimensionResolver::user_of(const Group& group) const {
  return user_of_label(places_.host(group.source, group.session));
}

OptText DimensionResolver::agent_of(const Group& group) const {
  return agents_.type(group.source, group.session, group.agent_id, group.is_sidechain);
}

RowNames DimensionResolver::row(const std::vector<Dimension>& dimensions, const Group& group,
                                const Tags& tags) {
  RowNames names;
  for (const Dimension& dimension : dimensions) names.push_back(name_of(dimension, group, tags));
  return names;
}

std::optional<std::string> DimensionResolver::name_of(const Dimension& dimension,
                                                      const Group& group, const Tags& tags) {
  switch (dimension.kind) {
    case By::Model:
      return own(group.model);
    case By::Provider:
      return provider_name(group);
    case By::Source:
      return own(group.source);
    case By::Project:
      return own(project_of(group));
    case By::Session:
      return own(group.session);
    case By::Host:
      return own(places_.host(group.source, group.session));
    case By::Branch:
      return own(group.branch);
    case By::Agent:
      return own(agent_of(group));
    case By::User:
      return own(user_of(group));
    case By::Activity:
      return own(activities_.of(turn_of(group)));
    case By::Tool:
      return std::nullopt;
    case By::Tag: {
      const auto tag = tags.find(dimension.tag);
      return tag == tags.end() ? std::nullopt : std::optional(tag->second);
    }
    default:
      return time_name(dimension.kind, group.quarter);
  }
}

// Many groups share a quarter of an hour, and asking a zone is slow.
std::optional<std::string> DimensionResolver::time_name(By kind, std::optional<Instant> quarter) {
  if (!quarter) return std::nullopt;
  std::string& name = time_names_[{kind, quarter->us}];
  if (name.empty()) {
    name = kind == By::Day     ? zone_.day(*quarter)
           : kind == By::Week  ? zone_.week(*quarter)
           : kind == By::Month ? zone_.month(*quarter)
                               : zone_.hour(*quarter);
  }
  return name;
}

}  // namespace relayburn
