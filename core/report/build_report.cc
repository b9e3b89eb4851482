#include <algorithm>
#include <array>
#include <map>

#include "core/records/keys.h"
#include "core/report/activities.h"
#include "core/report/figure_sum.h"
#include "core/report/group.h"
#include "core/report/price_audit.h"
#include "core/report/report.h"
#include "core/report/session_facts.h"
#include "core/report/table_builder.h"
#include "core/report/tool_shares.h"

namespace relayburn {
namespace {

bool asks_for(const ReportQuery& query, std::initializer_list<Dimension::Kind> kinds) {
  for (const auto& table : query.tables)
    for (const Dimension& dimension : table)
      if (std::find(kinds.begin(), kinds.end(), dimension.kind) != kinds.end()) return true;
  return false;
}

class ReportBuilder {
 public:
  ReportBuilder(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                const Zone& zone)
      : query_(query),
        snapshot_(snapshot),
        prices_(prices),
        audits_{PriceAudit(prices), PriceAudit(prices)},
        zone_(zone) {}

  UsageReport build() {
    load_facts();
    for (const auto& dimensions : query_.tables) tables_.emplace_back(dimensions);
    AggregateQuery aggregate = aggregate_query();
    add_period(Period::Asked, aggregate);
    if (query_.compares_previous) {
      aggregate.filter = {{}, {}, previous_since(), query_.since};
      add_period(Period::Previous, aggregate);
    }
    return finish();
  }

 private:
  void add_period(Period period, const AggregateQuery& aggregate) {
    period_ = period;
    snapshot_.aggregate(aggregate, [&](Row cells, const GroupSums& sums) {
      add_group(read_group(aggregate.group_by, cells), sums);
    });
  }

  // As long before `since` as `until` lies behind it.
  Instant previous_since() const {
    return Instant{query_.since->us - (query_.until->us - query_.since->us)};
  }

  bool needs_hosts_or_projects() const {
    return asks_for(query_, {Dimension::Kind::Host, Dimension::Kind::Project}) ||
           !query_.filters.host.empty() || !query_.filters.project.empty();
  }
  bool needs_tags() const {
    return asks_for(query_, {Dimension::Kind::Tag}) || !query_.filters.tag.empty();
  }

  // Whether each turn must be a group of its own.
  bool needs_turns() const {
    return asks_for(query_, {Dimension::Kind::Tool, Dimension::Kind::Activity}) ||
           stamps_.asks_for_messages();
  }

  void load_facts() {
    if (needs_hosts_or_projects()) places_.load(snapshot_);
    if (asks_for(query_, {Dimension::Kind::Agent})) agents_.load(snapshot_);
    if (asks_for(query_, {Dimension::Kind::Tool})) tools_.load(snapshot_);
    if (asks_for(query_, {Dimension::Kind::Activity})) activities_.load(snapshot_);
    if (needs_tags()) stamps_.load(snapshot_);
    time_bounds_ = stamps_.bounds();
  }

  AggregateQuery aggregate_query() const {
    AggregateQuery aggregate;
    aggregate.span_bounds = prices_.span_bounds();
    aggregate.context_bounds = prices_.context_bounds();
    aggregate.time_bounds = time_bounds_;
    aggregate.filter.since = query_.since;
    aggregate.filter.until = query_.until;
    aggregate.group_by = {GroupColumn::Source,       GroupColumn::Model,
                          GroupColumn::ServiceTier,  GroupColumn::Speed,
                          GroupColumn::InferenceGeo, GroupColumn::SpanSide,
                          GroupColumn::ContextSide,  GroupColumn::Session};
    const auto group = [&](bool is_needed, std::initializer_list<GroupColumn> columns) {
      if (is_needed) aggregate.group_by.insert(aggregate.group_by.end(), columns);
    };
    using Kind = Dimension::Kind;
    group(asks_for(query_, {Kind::Day, Kind::Week, Kind::Month, Kind::Hour}),
          {GroupColumn::QuarterHour});
    group(needs_hosts_or_projects(), {GroupColumn::Cwd, GroupColumn::Remote});
    group(asks_for(query_, {Kind::Branch}), {GroupColumn::Branch});
    group(asks_for(query_, {Kind::Agent}), {GroupColumn::AgentId, GroupColumn::IsSidechain});
    group(needs_turns(), {GroupColumn::Message});
    group(!time_bounds_.empty(), {GroupColumn::TimeSide});
    return aggregate;
  }

  // ---- one group

  void add_group(const Group& group, const GroupSums& sums) {
    tags_ =
        stamps_.is_empty() ? Tags() : stamps_.tags(group.session, group.message, inside_of(group));
    if (!passes(group)) return;
    const Portion whole{sums, session_number(group), audit().cost(group, sums)};
    totals_.of(period_).add(whole);
    if (!whole.cost && period_ == Period::Asked) unpriced_[own(group.model)] += sums.turns;
    std::vector<ToolShare> shares;
    for (TableBuilder& table : tables_) {
      const RowNames names = names_of(table.dimensions(), group);
      if (!has_tools(table.dimensions())) {
        table.row(names).of(period_).add(whole);
        continue;
      }
      if (shares.empty()) shares = tools_.split(turn_of(group), whole);
      add_shares(table, names, shares);
    }
  }

  PriceAudit& audit() { return audits_[static_cast<size_t>(period_)]; }

  static bool has_tools(const std::vector<Dimension>& dimensions) {
    return std::any_of(dimensions.begin(), dimensions.end(), [](const Dimension& dimension) {
      return dimension.kind == Dimension::Kind::Tool;
    });
  }

  void add_shares(TableBuilder& table, RowNames names, const std::vector<ToolShare>& shares) const {
    for (const ToolShare& share : shares) {
      for (size_t i = 0; i < names.size(); ++i)
        if (table.dimensions()[i].kind == Dimension::Kind::Tool) names[i] = share.tool;
      table.row(names).of(period_).add(share.portion);
    }
  }

  static Key turn_of(const Group& group) {
    return turn_key(group.source, group.session, group.message);
  }

  static std::optional<std::string> own(OptText text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
  }

  // A moment between the two stamp bounds that the group lies between.
  std::optional<Instant> inside_of(const Group& group) const {
    if (group.time_side == 0) return std::nullopt;
    return time_bounds_[group.time_side - 1];
  }

  std::optional<size_t> session_number(const Group& group) {
    if (!group.session) return std::nullopt;
    const auto key = std::pair(std::string(group.source.value_or("")), std::string(*group.session));
    return sessions_.try_emplace(key, sessions_.size()).first->second;
  }

  bool passes(const Group& group) const {
    const ReportFilters& filters = query_.filters;
    const auto holds = [](const std::vector<std::string>& wanted, OptText value) {
      return wanted.empty() ||
             (value && std::find(wanted.begin(), wanted.end(), *value) != wanted.end());
    };
    if (!holds(filters.source, group.source) || !holds(filters.model, group.model) ||
        !holds(filters.session, group.session))
      return false;
    if (!filters.provider.empty() &&
        !holds(filters.provider, provider_of(group.source.value_or(""), group.model)))
      return false;
    if (!filters.project.empty() && !holds(filters.project, group.cwd) &&
        !holds(filters.project, project_of(group)))
      return false;
    if (!filters.host.empty() && !holds(filters.host, places_.host(group.source, group.session)))
      return false;
    // Several values of one key are alternatives, as with the other filters.
    const auto is_of_turn = [&](const auto& tag) {
      const auto found = tags_.find(tag.first);
      return found != tags_.end() && found->second == tag.second;
    };
    return std::all_of(filters.tag.begin(), filters.tag.end(), [&](const auto& wanted) {
      return std::any_of(filters.tag.begin(), filters.tag.end(), [&](const auto& tag) {
        return tag.first == wanted.first && is_of_turn(tag);
      });
    });
  }

  OptText project_of(const Group& group) const {
    return places_.project(group.source, group.session, group.cwd, group.remote);
  }

  RowNames names_of(const std::vector<Dimension>& dimensions, const Group& group) {
    RowNames names;
    for (const Dimension& dimension : dimensions) names.push_back(name_of(dimension, group));
    return names;
  }

  std::optional<std::string> name_of(const Dimension& dimension, const Group& group) {
    switch (dimension.kind) {
      case Dimension::Kind::Model:
        return own(group.model);
      case Dimension::Kind::Provider:
        return provider_of(group.source.value_or(""), group.model);
      case Dimension::Kind::Source:
        return own(group.source);
      case Dimension::Kind::Project:
        return own(project_of(group));
      case Dimension::Kind::Session:
        return own(group.session);
      case Dimension::Kind::Host:
        return own(places_.host(group.source, group.session));
      case Dimension::Kind::Branch:
        return own(group.branch);
      case Dimension::Kind::Agent:
        return own(agents_.type(group.source, group.session, group.agent_id, group.is_sidechain));
      case Dimension::Kind::Activity:
        return own(activities_.of(turn_of(group)));
      case Dimension::Kind::Tool:
        return std::nullopt;  // of its shares
      case Dimension::Kind::Tag: {
        const auto tag = tags_.find(dimension.tag);
        return tag == tags_.end() ? std::nullopt : std::optional(tag->second);
      }
      default:
        return time_name(dimension.kind, group.quarter);
    }
  }

  // Many groups share a quarter of an hour, and asking a zone is slow.
  std::optional<std::string> time_name(Dimension::Kind kind, std::optional<Instant> quarter) {
    if (!quarter) return std::nullopt;
    std::string& name = time_names_[{kind, quarter->us}];
    if (name.empty()) {
      name = kind == Dimension::Kind::Day     ? zone_.day(*quarter)
             : kind == Dimension::Kind::Week  ? zone_.week(*quarter)
             : kind == Dimension::Kind::Month ? zone_.month(*quarter)
                                              : zone_.hour(*quarter);
    }
    return name;
  }

  // ---- the whole

  UsageReport finish() const {
    UsageReport report;
    report.timezone = zone_.name();
    report.price_snapshot = prices_.snapshot();
    report.has_price_overrides = prices_.has_overrides();
    report.query = query_;
    report.period = name_period(query_.since, query_.until, zone_);
    report.assumed_overrides = audits_.front().assumed_overrides();
    if (query_.audits) report.audit = audits_.front().lines();
    report.totals = totals_.of(Period::Asked).figures();
    if (query_.compares_previous) {
      report.previous_since = previous_since();
      report.previous_totals = totals_.of(Period::Previous).figures();
    }
    for (const auto& [model, turns] : unpriced_) report.unpriced_models.push_back({model, turns});
    std::stable_sort(
        report.unpriced_models.begin(), report.unpriced_models.end(),
        [](const UnpricedModel& a, const UnpricedModel& b) { return a.turns > b.turns; });
    for (const TableBuilder& table : tables_) report.tables.push_back(table.build(query_));
    return report;
  }

  const ReportQuery& query_;
  Snapshot& snapshot_;
  const PriceTable& prices_;
  std::array<PriceAudit, 2> audits_;
  Period period_ = Period::Asked;  // at work
  const Zone& zone_;
  HostsAndProjects places_;
  AgentTypes agents_;
  ToolShares tools_;
  Activities activities_;
  StampFold stamps_;
  std::vector<Instant> time_bounds_;
  Tags tags_;  // of the group at work
  PairedSums totals_;
  std::map<std::optional<std::string>, int64_t> unpriced_;
  std::vector<TableBuilder> tables_;
  std::map<std::pair<std::string, std::string>, size_t> sessions_;
  std::map<std::pair<Dimension::Kind, int64_t>, std::string> time_names_;
};

}  // namespace

UsageReport build_report(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                         const Zone& zone) {
  return ReportBuilder(query, snapshot, prices, zone).build();
}

}  // namespace relayburn
