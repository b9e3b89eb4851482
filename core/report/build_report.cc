#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/report/group.h"
#include "core/report/report.h"
#include "core/report/session_facts.h"

namespace relayburn {
namespace {

using Names = std::vector<std::optional<std::string>>;

bool asks_for(const ReportQuery& query, std::initializer_list<Dimension::Kind> kinds) {
  for (const auto& table : query.tables)
    for (const Dimension& dimension : table)
      if (std::find(kinds.begin(), kinds.end(), dimension.kind) != kinds.end()) return true;
  return false;
}

// Sums groups up; knows which sessions it has met.
class Sum {
 public:
  void add_group(const GroupSums& sums, std::optional<size_t> session,
                 std::optional<Picodollars> cost) {
    sums_ += sums;
    if (session) sessions_.insert(*session);
    if (cost) {
      cost_ += *cost;
    } else {
      unpriced_turns_ += sums.turns;
    }
  }

  void add_sum(const Sum& other) {
    sums_ += other.sums_;
    sessions_.insert(other.sessions_.begin(), other.sessions_.end());
    cost_ += other.cost_;
    unpriced_turns_ += other.unpriced_turns_;
  }

  Figures figures() const {
    Figures figures;
    figures.sums = sums_;
    figures.sessions = static_cast<int64_t>(sessions_.size());
    figures.unpriced_turns = unpriced_turns_;
    if (sums_.turns == 0 || unpriced_turns_ < sums_.turns) figures.cost = cost_;
    return figures;
  }

 private:
  GroupSums sums_;
  std::unordered_set<size_t> sessions_;
  Picodollars cost_;
  int64_t unpriced_turns_ = 0;
};

class TableBuilder {
 public:
  explicit TableBuilder(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {}

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  Sum& row(const Names& names) { return rows_[names]; }

  ReportTable build(SortBy sort, std::optional<size_t> top) const {
    std::vector<std::pair<ReportRow, const Sum*>> rows;
    for (const auto& [names, sum] : rows_) rows.push_back({{names, false, sum.figures()}, &sum});
    std::sort(rows.begin(), rows.end(),
              [&](const auto& a, const auto& b) { return comes_before(a.first, b.first, sort); });
    ReportTable table{dimensions_, {}};
    const size_t shown = top ? std::min(*top, rows.size()) : rows.size();
    for (size_t i = 0; i < shown; ++i) table.rows.push_back(std::move(rows[i].first));
    if (shown < rows.size()) table.rows.push_back(folded(rows, shown));
    return table;
  }

 private:
  static ReportRow folded(const std::vector<std::pair<ReportRow, const Sum*>>& rows, size_t from) {
    Sum rest;
    for (size_t i = from; i < rows.size(); ++i) rest.add_sum(*rows[i].second);
    return {{}, true, rest.figures()};
  }

  static bool is_null_row(const ReportRow& row) {
    return std::none_of(row.names.begin(), row.names.end(),
                        [](const auto& name) { return name.has_value(); });
  }

  // Absent names come after all others.
  static int compare_names(const std::optional<std::string>& a,
                           const std::optional<std::string>& b) {
    if (a.has_value() != b.has_value()) return a ? -1 : 1;
    return a ? a->compare(*b) : 0;
  }

  // Hours carry their offset: in autumn 02+02:00 comes before 02+01:00.
  static int compare_hours(const std::optional<std::string>& a,
                           const std::optional<std::string>& b) {
    if (!a || !b) return compare_names(a, b);
    const auto instant = [](std::string hour) { return parse_instant(hour.insert(13, ":00")); };
    const auto order = instant(*a) <=> instant(*b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }

  static int compare_time_names(const Dimension& dimension, const std::optional<std::string>& a,
                                const std::optional<std::string>& b) {
    if (!dimension.is_time()) return 0;
    return dimension.kind == Dimension::Kind::Hour ? compare_hours(a, b) : compare_names(a, b);
  }

  int compare_times(const ReportRow& a, const ReportRow& b) const {
    for (size_t i = 0; i < dimensions_.size(); ++i)
      if (const int order = compare_time_names(dimensions_[i], a.names[i], b.names[i]))
        return order;
    return 0;
  }

  static int compare_figures(const Figures& a, const Figures& b, SortBy sort) {
    const auto descending = [](const auto& x, const auto& y) { return x > y ? -1 : x < y ? 1 : 0; };
    switch (sort) {
      case SortBy::Turns:
        return descending(a.sums.turns, b.sums.turns);
      case SortBy::Tokens:
        return descending(a.tokens(), b.tokens());
      case SortBy::Cost:
        return descending(a.cost, b.cost);  // nullopt is less than any cost
      case SortBy::Name:
        return 0;
    }
    return 0;
  }

  bool comes_before(const ReportRow& a, const ReportRow& b, SortBy sort) const {
    if (is_null_row(a) != is_null_row(b)) return is_null_row(b);
    if (const int order = compare_times(a, b)) return order < 0;
    if (const int order = compare_figures(a.figures, b.figures, sort)) return order < 0;
    for (size_t i = 0; i < dimensions_.size(); ++i)
      if (const int order = compare_names(a.names[i], b.names[i])) return order < 0;
    return false;
  }

  std::vector<Dimension> dimensions_;
  std::map<Names, Sum> rows_;
};

class ReportBuilder {
 public:
  ReportBuilder(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                const Zone& zone)
      : query_(query), snapshot_(snapshot), prices_(prices), zone_(zone) {}

  UsageReport build() {
    load_facts();
    for (const auto& dimensions : query_.tables) tables_.emplace_back(dimensions);
    const AggregateQuery aggregate = aggregate_query();
    snapshot_.aggregate(aggregate, [&](Row cells, const GroupSums& sums) {
      add_group(read_group(aggregate.group_by, cells), sums);
    });
    return finish();
  }

 private:
  bool needs_hosts_or_projects() const {
    return asks_for(query_, {Dimension::Kind::Host, Dimension::Kind::Project}) ||
           !query_.filters.host.empty() || !query_.filters.project.empty();
  }
  bool needs_tags() const {
    return asks_for(query_, {Dimension::Kind::Tag}) || !query_.filters.tag.empty();
  }

  void load_facts() {
    if (needs_hosts_or_projects()) places_.load(snapshot_);
    if (asks_for(query_, {Dimension::Kind::Agent})) agents_.load(snapshot_);
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
    group(stamps_.asks_for_messages(), {GroupColumn::Message});
    group(!time_bounds_.empty(), {GroupColumn::TimeSide});
    return aggregate;
  }

  // ---- one group

  void add_group(const Group& group, const GroupSums& sums) {
    tags_ =
        stamps_.is_empty() ? Tags() : stamps_.tags(group.session, group.message, inside_of(group));
    if (!passes(group)) return;
    const std::optional<Picodollars> cost = cost_of(group, sums);
    const std::optional<size_t> session = session_number(group);
    totals_.add_group(sums, session, cost);
    if (!cost) unpriced_[own(group.model)] += sums.turns;
    Names names;
    for (TableBuilder& table : tables_) {
      names.clear();
      for (const Dimension& dimension : table.dimensions())
        names.push_back(name_of(dimension, group));
      table.row(names).add_group(sums, session, cost);
    }
  }

  static std::optional<std::string> own(OptText text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
  }

  // A moment between the two stamp bounds that the group lies between.
  std::optional<Instant> inside_of(const Group& group) const {
    if (group.time_side == 0) return std::nullopt;
    return time_bounds_[group.time_side - 1];
  }

  std::optional<Picodollars> cost_of(const Group& group, const GroupSums& sums) const {
    PriceFacts facts;
    facts.source = group.source.value_or("");
    facts.model = group.model;
    facts.service_tier = group.service_tier;
    facts.speed = group.speed;
    facts.inference_geo = group.inference_geo;
    facts.span_side = group.span_side;
    facts.context_side = group.context_side;
    return prices_.cost(facts, sums);
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
    return std::all_of(filters.tag.begin(), filters.tag.end(), [&](const auto& tag) {
      const auto found = tags_.find(tag.first);
      return found != tags_.end() && found->second == tag.second;
    });
  }

  OptText project_of(const Group& group) const {
    return places_.project(group.source, group.session, group.cwd, group.remote);
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
    report.query = query_;
    report.totals = totals_.figures();
    for (const auto& [model, turns] : unpriced_) report.unpriced_models.push_back({model, turns});
    std::stable_sort(
        report.unpriced_models.begin(), report.unpriced_models.end(),
        [](const UnpricedModel& a, const UnpricedModel& b) { return a.turns > b.turns; });
    for (const TableBuilder& table : tables_)
      report.tables.push_back(table.build(query_.sort, query_.top));
    return report;
  }

  const ReportQuery& query_;
  Snapshot& snapshot_;
  const PriceTable& prices_;
  const Zone& zone_;
  HostsAndProjects places_;
  AgentTypes agents_;
  StampFold stamps_;
  std::vector<Instant> time_bounds_;
  Tags tags_;  // of the group at work
  Sum totals_;
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
