#include <algorithm>
#include <array>
#include <map>

#include "core/report/build/dimension_resolver.h"
#include "core/report/build/figure_sum.h"
#include "core/report/build/price_audit.h"
#include "core/report/build/report.h"
#include "core/report/build/table_builder.h"
#include "core/report/build/tool_shares.h"

namespace relayburn {
namespace {

bool is_tool(const Dimension& dimension) { return dimension.kind == Dimension::Kind::Tool; }

bool has_tools(const std::vector<Dimension>& dimensions) {
  return std::any_of(dimensions.begin(), dimensions.end(), is_tool);
}

class ReportBuilder {
 public:
  ReportBuilder(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                const Zone& zone)
      : query_(query),
        snapshot_(snapshot),
        prices_(prices),
        zone_(zone),
        names_(query, zone),
        audits_{PriceAudit(prices), PriceAudit(prices)} {}

  // True where prices depend on the hour of calls, which the query did not ask for.
  bool needs_quarters() const {
    return std::any_of(audits_.begin(), audits_.end(),
                       [](const PriceAudit& audit) { return audit.needs_quarter(); });
  }

  UsageReport build(bool by_quarter) {
    names_.load(snapshot_);
    if (!query_.filters.tool.empty() ||
        std::any_of(query_.tables.begin(), query_.tables.end(), has_tools))
      tools_.load(snapshot_);
    for (const auto& dimensions : query_.tables) tables_.emplace_back(dimensions);
    AggregateQuery aggregate = names_.aggregate_query(prices_, by_quarter);
    add_period(Period::Asked, aggregate);
    if (query_.previous) {
      aggregate.filter = {{}, {}, query_.previous->first, query_.previous->second};
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

  // ---- one group

  void add_group(const Group& group, const GroupSums& sums) {
    const Tags tags = names_.tags(group);
    if (!names_.passes(group, tags)) return;
    const Charge charge = audit().price_and_record(group, sums);
    Contribution whole{sums, session_number(group), charge.cost, charge.is_priced};
    std::vector<ToolShare> shares;
    if (!query_.filters.tool.empty()) {
      shares = wanted_shares(tools_.split(turn_of(group), whole));
      if (shares.empty()) return;
      whole = sum_of(shares);
    }
    totals_.of(period_).add(whole);
    if (!whole.is_priced && period_ == Period::Asked)
      unpriced_[group.model ? std::optional(std::string(*group.model)) : std::nullopt] +=
          whole.sums.turns;
    for (TableBuilder& table : tables_) {
      const RowNames names = names_.row(table.dimensions(), group, tags);
      if (!has_tools(table.dimensions())) {
        table.row(names).of(period_).add(whole);
        continue;
      }
      if (shares.empty()) shares = tools_.split(turn_of(group), whole);
      add_shares(table, names, shares);
    }
  }

  std::vector<ToolShare> wanted_shares(std::vector<ToolShare> shares) const {
    const std::vector<std::string>& wanted = query_.filters.tool;
    std::erase_if(shares, [&](const ToolShare& share) {
      return !share.tool || std::find(wanted.begin(), wanted.end(), *share.tool) == wanted.end();
    });
    return shares;
  }

  static Contribution sum_of(const std::vector<ToolShare>& shares) {
    Contribution sum = shares.front().portion;
    for (size_t i = 1; i < shares.size(); ++i) {
      sum.sums += shares[i].portion.sums;
      sum.cost += shares[i].portion.cost;
      if (!sum.session) sum.session = shares[i].portion.session;
    }
    return sum;
  }

  PriceAudit& audit() { return audits_[static_cast<size_t>(period_)]; }

  void add_shares(TableBuilder& table, RowNames names, const std::vector<ToolShare>& shares) const {
    for (const ToolShare& share : shares) {
      for (size_t i = 0; i < names.size(); ++i)
        if (is_tool(table.dimensions()[i])) names[i] = share.tool;
      table.row(names).of(period_).add(share.portion);
    }
  }

  std::optional<size_t> session_number(const Group& group) {
    if (!group.session) return std::nullopt;
    const auto key = std::pair(std::string(group.source.value_or("")), std::string(*group.session));
    return sessions_.try_emplace(key, sessions_.size()).first->second;
  }

  // ---- the whole

  UsageReport finish() const {
    UsageReport report;
    report.timezone = zone_.name();
    report.price_snapshot = prices_.snapshot();
    report.has_price_overrides = prices_.has_overrides();
    report.unpriced_terms = audits_.front().unpriced_terms();
    report.query = query_;
    report.period = name_period(query_.since, query_.until, zone_);
    report.assumed_overrides = audits_.front().assumed_overrides();
    if (query_.audits) report.audit = audits_.front().lines();
    report.totals = totals_.of(Period::Asked).figures();
    if (query_.previous) {
      report.previous_period = name_period(query_.previous->first, query_.previous->second, zone_);
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
  const Zone& zone_;
  DimensionResolver names_;
  ToolShares tools_;
  Period period_ = Period::Asked;  // at work
  std::array<PriceAudit, 2> audits_;
  PairedSums totals_;
  std::map<std::optional<std::string>, int64_t> unpriced_;
  std::vector<TableBuilder> tables_;
  std::map<std::pair<std::string, std::string>, size_t> sessions_;
};

}  // namespace

UsageReport build_report(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                         const Zone& zone) {
  ReportBuilder builder(query, snapshot, prices, zone);
  UsageReport report = builder.build(false);
  if (!builder.needs_quarters()) return report;
  return ReportBuilder(query, snapshot, prices, zone).build(true);
}

}  // namespace relayburn
