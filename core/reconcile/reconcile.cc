#include "core/reconcile/reconcile.h"

#include <algorithm>

#include "core/reconcile/model_key.h"
#include "core/reconcile/reconciled_sum.h"
#include "core/reconcile/stated_costs.h"
#include "core/report/build/dimension_resolver.h"
#include "core/report/build/price_audit.h"

namespace relayburn {
namespace {

using By = Dimension::Kind;
using RowName = std::optional<std::string>;

bool holds(const std::vector<std::string>& wanted, const std::string& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

void add_column(AggregateQuery& aggregate, GroupColumn column) {
  const auto& columns = aggregate.group_by;
  if (std::find(columns.begin(), columns.end(), column) == columns.end())
    aggregate.group_by.push_back(column);
}

std::optional<Compared> sum(std::optional<Compared> a, const std::optional<Compared>& b) {
  if (!a || !b) return a ? a : b;
  a->total += b->total;
  a->total_is_lower_bound = a->total_is_lower_bound || b->total_is_lower_bound;
  a->add_logged(b->logged, b->unpriced_turns);
  return a;
}

// Whether a group lies after the session's total was stated. Turns are grouped by quarters of an
// hour, so those of the quarter in which it was stated are with it.
bool is_after(const StatedCost& stated, const Group& group) {
  return stated.stated_at && group.quarter && *group.quarter > *stated.stated_at;
}

class Reconciler {
 public:
  Reconciler(const ReportQuery& query, const Bill& bill, Snapshot& snapshot,
             const PriceTable& prices, const Zone& zone)
      : query_(query),
        bill_(bill),
        snapshot_(snapshot),
        prices_(prices),
        by_(query.tables.at(0).at(0)),
        names_(query, zone),
        audit_(prices) {}

  void load_session_totals() { session_totals_.load(snapshot_); }
  // Leaves out the sessions that have a total.
  void load_turn_costs(const SessionTotals& totals) {
    for (const std::string& source : sources_with_turn_costs())
      turn_costs_.load(snapshot_, {source, {}, query_.since, query_.until}, totals);
  }
  const SessionTotals& session_totals() const { return session_totals_; }
  std::vector<std::string> sources_with_turn_costs() {
    AggregateQuery aggregate;
    aggregate.filter.since = query_.since;
    aggregate.filter.until = query_.until;
    aggregate.group_by = {GroupColumn::Source};
    std::vector<std::string> sources;
    snapshot_.aggregate(aggregate, [&](Row cells, const GroupSums&) {
      const Group group = read_group(aggregate.group_by, cells);
      const std::string source(group.source.value_or(""));
      if (may_state_turn_costs(source) && holds(query_.filters.source, source))
        sources.push_back(source);
    });
    return sources;
  }

  void build() {
    names_.load(snapshot_);
    add_turns();
    find_whole_sessions();
    add_session_totals();
    add_bill();
  }

  ReconciledRow totals() const { return total_.row(); }
  std::vector<ReconciledRow> rows() const;

 private:
  // ---- what is logged

  void add_turns() {
    AggregateQuery aggregate = names_.aggregate_query(prices_, true);
    if (query_.filters.source.size() == 1) aggregate.filter.source = query_.filters.source.front();
    if (!bill_.is_empty() || !session_totals_.is_empty())
      add_column(aggregate, GroupColumn::QuarterHour);
    if (!turn_costs_.is_empty()) add_column(aggregate, GroupColumn::Message);
    snapshot_.aggregate(aggregate, [&](Row cells, const GroupSums& sums) {
      add_group(read_group(aggregate.group_by, cells), sums);
    });
  }

  void add_group(const Group& group, const GroupSums& sums) {
    const Tags tags = names_.tags(group);
    if (!names_.passes(group, tags)) return;
    const Charge charge = audit_.price_and_record(group, sums);
    const Contribution portion{sums, session_number(group), charge.cost, charge.is_priced};
    ReconciledSum& row = rows_[row_name(group, tags)];
    if (by_.kind == By::Model && group.model) row.logged_names.insert(std::string(*group.model));
    for (ReconciledSum* sum : {&total_, &row}) {
      sum->figures.add(portion);
      add_stated(*sum, group, portion);
    }
    add_billed(row, group, portion);
  }

  RowName row_name(const Group& group, const Tags& tags) {
    const RowName name = names_.row({by_}, group, tags).front();
    return name && by_.kind == By::Model ? model_key(*name) : name;
  }

  std::optional<size_t> session_number(const Group& group) {
    if (!group.session) return std::nullopt;
    const auto name = session_name(group.source, group.session);
    return session_numbers_.try_emplace(name, session_numbers_.size()).first->second;
  }

  void add_stated(ReconciledSum& sum, const Group& group, const Contribution& portion) {
    const SessionName name = session_name(group.source, group.session);
    if (const auto* session = session_totals_.find(name)) {
      if (!is_after(session->whole, group)) sum.sessions[name].add(portion);
      return;
    }
    if (turn_costs_.is_empty()) return;
    const auto stated = turn_costs_.find(turn_of(group));
    // An agent that knows no price, or whose user pays a subscription, states 0.
    const bool is_unknown =
        stated && stated->amount == 0 && (portion.cost.amount > 0 || !portion.is_priced);
    if (!stated || is_unknown) return;
    sum.add_statement(name, *stated, false);
    sum.agent->add_logged(portion.cost, portion.unpriced_turns());
  }

  // Adds what reports bill, where they cover the day. Rows by project or session are on no bill.
  void add_billed(ReconciledSum& row, const Group& group, const Contribution& portion) {
    if (bill_.is_empty() || !group.quarter) return;
    const std::string provider = prices_.biller_of(group.source.value_or(""), group.model);
    const UtcDay day = utc_day(*group.quarter);
    if (bill_.covers(ReportContent::Costs, provider, day)) {
      total_.the_bill().add_logged(portion.cost, portion.unpriced_turns());
      if (is_billed_by_row(ReportContent::Costs, provider))
        row.the_bill().add_logged(portion.cost, portion.unpriced_turns());
    }
    if (bill_.covers(ReportContent::Usage, provider, day)) {
      total_.the_tokens().logged += portion.sums;
      if (is_billed_by_row(ReportContent::Usage, provider)) row.the_tokens().logged += portion.sums;
    }
  }

  bool is_billed_by_row(ReportContent content, const std::string& provider) const {
    return by_.kind == By::Day || (by_.kind == By::Model && bill_.names_models(content, provider));
  }

  // ---- what agents state of sessions

  bool is_restricted() const { return query_.since || query_.until || has_filters(); }
  bool has_filters() const { return query_.filters != ReportFilters(); }
  // Knows only the name of a session without turns.
  bool is_known_to_pass(const SessionName& name) const {
    ReportFilters others = query_.filters;
    others.source.clear();
    others.session.clear();
    const bool asks_for_turns = query_.since || query_.until || others != ReportFilters();
    return !asks_for_turns && holds(query_.filters.source, name.first) &&
           holds(query_.filters.session, name.second);
  }

  // Maps each session to what it holds in the whole ledger.
  void find_whole_sessions() {
    if (session_totals_.is_empty()) return;
    if (!is_restricted()) {
      for (const auto& [name, part] : total_.sessions) whole_sessions_[name] = part.sums;
      return;
    }
    AggregateQuery aggregate;
    aggregate.group_by = {GroupColumn::Source, GroupColumn::Session, GroupColumn::QuarterHour};
    snapshot_.aggregate(aggregate, [&](Row cells, const GroupSums& sums) {
      const Group group = read_group(aggregate.group_by, cells);
      const SessionName name = session_name(group.source, group.session);
      const auto* session = session_totals_.find(name);
      if (session != nullptr && !is_after(session->whole, group)) whole_sessions_[name] += sums;
    });
  }

  bool is_whole_in(const ReconciledSum& sum, const SessionName& name) const {
    const auto whole = whole_sessions_.find(name);
    const auto part = sum.sessions.find(name);
    return whole != whole_sessions_.end() && part != sum.sessions.end() &&
           part->second.sums == whole->second;
  }

  void add_session_totals() {
    for (const auto& [name, session] : session_totals_.sessions()) {
      const bool has_turns = whole_sessions_.count(name) > 0;
      if (has_turns ? !is_whole_in(total_, name) : !is_known_to_pass(name)) continue;
      add_total(total_, name, session.whole);
      if (by_.kind == By::Model && !session.by_model.empty()) {
        for (const auto& [model, stated] : session.by_model) add_total(rows_[model], name, stated);
      } else if (by_.kind == By::Session) {
        add_total(rows_[name.second.empty() ? RowName() : name.second], name, session.whole);
      } else {
        counted_.insert(name);
      }
    }
    for (auto& [row_name, row] : rows_)
      for (const auto& [name, part] : row.sessions)
        if (counted_.count(name) > 0 && is_whole_in(row, name))
          add_total(row, name, session_totals_.find(name)->whole);
  }

  static void add_total(ReconciledSum& sum, const SessionName& name, const StatedCost& stated) {
    sum.add_statement(name, stated.total, stated.is_lower_bound);
    const auto part = sum.sessions.find(name);
    if (part == sum.sessions.end()) return;
    sum.agent->logged += part->second.logged;
    sum.agent->unpriced_turns += part->second.unpriced_turns;
  }

  // ---- what is billed

  void add_bill() {
    for (const ProviderReport& report : bill_.reports()) {
      if (report.content == ReportContent::Nothing) continue;
      if (!holds(query_.filters.provider, report.provider)) continue;
      for (const auto& [day, us] : report.covered_us)
        if (is_in_period(day)) add_billed_day(report, day);
      for (const auto& [item, amount] : report.lines)
        if (is_in_period(item.day)) add_line(report, item, amount);
    }
  }

  bool is_in_period(UtcDay day) const {
    const Instant start = start_of(day);
    return !(query_.since && start < *query_.since) && !(query_.until && start >= *query_.until);
  }

  void add_billed_day(const ProviderReport& report, UtcDay day) {
    add_amount(total_, report.content, {});
    if (by_.kind == By::Day) add_amount(rows_[day_name(day)], report.content, {});
  }

  void add_line(const ProviderReport& report, const BilledItem& item, const BilledAmount& amount) {
    add_amount(total_, report.content, amount);
    if (by_.kind == By::Day) add_amount(rows_[day_name(item.day)], report.content, amount);
    if (by_.kind != By::Model || !bill_.names_models(report.content, report.provider)) return;
    ReconciledSum& row = rows_[item.model ? RowName(model_key(*item.model)) : RowName()];
    if (item.model) row.billed_names.insert(*item.model);
    add_amount(row, report.content, amount);
  }

  static void add_amount(ReconciledSum& sum, ReportContent content, const BilledAmount& amount) {
    if (content == ReportContent::Costs) {
      sum.the_bill().total += amount.cost;
    } else {
      sum.the_tokens().billed += amount.tokens;
    }
  }

  const ReportQuery& query_;
  const Bill& bill_;
  Snapshot& snapshot_;
  const PriceTable& prices_;
  const Dimension by_;
  DimensionResolver names_;
  PriceAudit audit_;
  SessionTotals session_totals_;
  TurnCosts turn_costs_;
  ReconciledSum total_;
  std::map<RowName, ReconciledSum> rows_;
  std::map<SessionName, size_t> session_numbers_;
  std::map<SessionName, GroupSums> whole_sessions_;  // of those that have a total
  std::set<SessionName> counted_;  // in the total, and in the rows that hold all of them
};

// By time; else dearest first. The row without a name is last.
bool comes_before(const ReconciledRow& a, const ReconciledRow& b, bool is_by_time) {
  if (a.name.has_value() != b.name.has_value()) return a.name.has_value();
  const auto compared = [](const ReconciledRow& row) {
    return row.compared() ? std::optional(row.compared()->total) : std::nullopt;
  };
  if (!is_by_time && a.figures.cost != b.figures.cost) return a.figures.cost > b.figures.cost;
  if (!is_by_time && compared(a) != compared(b)) return compared(a) > compared(b);
  return a.name < b.name;
}

// The name that logs have, else the one that reports have, where there is only one; else the key.
std::string shown_model(const std::string& key, const ReconciledSum& sum) {
  const auto& names = sum.logged_names.empty() ? sum.billed_names : sum.logged_names;
  return names.size() == 1 ? *names.begin() : key;
}

std::vector<ReconciledRow> Reconciler::rows() const {
  std::vector<ReconciledRow> rows;
  for (const auto& [name, sum] : rows_) {
    if (sum.is_nothing()) continue;
    ReconciledRow row = sum.row();
    row.name = name && by_.kind == By::Model ? shown_model(*name, sum) : name;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [&](const ReconciledRow& a, const ReconciledRow& b) {
    return comes_before(a, b, by_.is_time());
  });
  return rows;
}

}  // namespace

int64_t billed_tokens(const TokenCounts& counts) {
  return counts.input + counts.output + counts.cache_read + counts.cache_create_5m +
         counts.cache_create_1h;
}

std::optional<int64_t> ComparedTokens::coverage() const {
  const Picodollars::Wide whole = billed_tokens(billed);
  if (whole == 0) return std::nullopt;
  return static_cast<int64_t>((Picodollars::Wide{billed_tokens(logged)} * 2'000'000 + whole) /
                              (2 * whole));
}

Reconciliation reconcile(const ReportQuery& query, const Bill& bill, Snapshot& snapshot,
                         const PriceTable& prices, const Zone& zone) {
  Reconciler reconciler(query, bill, snapshot, prices, zone);
  reconciler.load_session_totals();
  reconciler.load_turn_costs(reconciler.session_totals());
  reconciler.build();
  Reconciliation result;
  result.timezone = zone.name();
  result.price_snapshot = prices.snapshot();
  result.has_price_overrides = prices.has_overrides();
  result.query = query;
  result.period = name_period(query.since, query.until, zone);
  result.by = query.tables.at(0).at(0);
  result.totals = reconciler.totals();
  result.rows = reconciler.rows();
  return result;
}

std::optional<Compared> compare_stated_costs(const ReportQuery& query, Snapshot& snapshot,
                                             const PriceTable& prices, const Zone& zone) {
  ReportQuery by_session = query;
  by_session.tables = {{parse_dimension("session")}};
  const Bill no_bill({});
  Reconciler of_sessions(by_session, no_bill, snapshot, prices, zone);
  of_sessions.load_session_totals();
  const auto& sessions = of_sessions.session_totals().sessions();
  // A session whose total is older than the period is not wholly in it.
  const bool has_any = std::any_of(sessions.begin(), sessions.end(), [&](const auto& session) {
    const auto& stated_at = session.second.whole.stated_at;
    return !query.since || !stated_at || *stated_at >= *query.since;
  });
  if (has_any) of_sessions.build();
  // The turns of these sources alone are grouped one by one.
  ReportQuery by_turn = by_session;
  by_turn.filters.source = of_sessions.sources_with_turn_costs();
  if (by_turn.filters.source.empty()) return of_sessions.totals().agent;
  Reconciler of_turns(by_turn, no_bill, snapshot, prices, zone);
  of_turns.load_turn_costs(of_sessions.session_totals());
  of_turns.build();
  return sum(of_sessions.totals().agent, of_turns.totals().agent);
}

}  // namespace relayburn
