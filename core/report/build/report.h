#pragma once
// From the canonical turns of a ledger to the figures people ask for. Pure: one snapshot in, one
// UsageReport out; the renderers turn that into text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pricing/price_table.h"
#include "core/report/build/compared.h"
#include "core/report/time/period_names.h"
#include "core/report/time/zone.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// One dimension of a table: "model", "day", …, or "tag:KEY".
struct Dimension {
  enum class Kind {
    Model,
    Provider,
    Source,
    Project,
    Session,
    Host,
    Day,
    Week,
    Month,
    Hour,
    Agent,
    Tool,
    Activity,
    Branch,
    User,
    Tag
  };
  Kind kind;
  std::string name;  // as asked for, and the key in JSON
  std::string tag;   // of "tag:KEY": KEY

  bool is_time() const { return kind >= Kind::Day && kind <= Kind::Hour; }
};
// Throws Error{Usage} listing the dimensions there are.
Dimension parse_dimension(std::string_view name);

enum class SortBy { Cost, Tokens, Turns, Name };

struct ReportFilters {
  std::vector<std::string> source;
  std::vector<std::string> model;
  std::vector<std::string> provider;
  std::vector<std::string> project;
  std::vector<std::string> session;
  std::vector<std::string> host;
  std::vector<std::string> user;
  std::vector<std::string> branch;
  std::vector<std::string> agent;
  std::vector<std::string> activity;
  std::vector<std::string> tool;
  std::vector<std::pair<std::string, std::string>> tag;

  bool operator==(const ReportFilters&) const = default;
};

struct ReportQuery {
  std::vector<std::vector<Dimension>> tables;
  std::optional<Instant> since;
  std::optional<Instant> until;
  ReportFilters filters;  // each value as the ledger has it
  // Holds what `filters` was made of, where that is something else: prefixes and patterns.
  std::optional<ReportFilters> patterns;
  std::optional<SortBy> sort;  // nullopt: tables of times by time, others by cost
  std::optional<size_t> top;
  bool audits = false;  // asks for UsageReport::audit
  // The period to set figures beside (asks for `previous`); needs since and until.
  std::optional<std::pair<Instant, Instant>> previous;

  const ReportFilters& asked_filters() const { return patterns ? *patterns : filters; }
};

struct Figures {
  GroupSums sums;
  int64_t sessions = 0;
  std::optional<Picodollars> cost;  // nullopt: there are turns, and none has a price
  int64_t unpriced_turns = 0;

  // Every class of token, for sorting and for people.
  int64_t tokens() const {
    return sums.input + sums.output + sums.cache_read + sums.cache_create_5m + sums.cache_create_1h;
  }
};

struct ReportRow {
  std::vector<std::optional<std::string>> names;  // one for each dimension
  bool is_other = false;                          // what --top folded; names are absent
  int64_t folded = 0;                             // how many rows that is
  Figures figures;
  std::optional<Figures> previous;  // of the period before, where the query compares
};

struct ReportTable {
  std::vector<Dimension> dimensions;
  std::vector<ReportRow> rows;
};

struct UnpricedModel {
  std::optional<std::string> model;
  int64_t turns = 0;
};

struct Budget {
  enum class Period { Day, Week, Month };
  Picodollars amount;
  Period period = Period::Month;
};

// Something that turns of a model state and no list has a rate for; they are billed as standard.
struct UnpricedTerm {
  std::string model;
  std::string term;  // "service tier ultra", "speed fast", "inference geography eu"
  int64_t turns = 0;
};

// How a budget stands (budget.h).
struct BudgetReport {
  Budget budget;
  Instant since, until;  // of the whole period
  PeriodNames days;      // the same for people
  Picodollars spent;
  Picodollars projected;       // by its end
  int64_t unpriced_turns = 0;  // whose cost is missing in both

  bool is_over() const { return spent > budget.amount; }
};

// Begins an overview: what today, this week and this month cost so far, of what the
// filters let through, whatever the report's period.
struct Headline {
  BudgetReport day, week, month;     // without a budget
  std::string month_name;            // "November"
  std::optional<std::string> as_of;  // "15:30", or "2026-11-22 15:30": the newest ingest of a host
  int64_t hosts = 0;
};

// What went into the totals at one price.
struct AuditLine {
  std::optional<std::string> model;   // as logged
  std::optional<AppliedPrice> price;  // nullopt: unpriced
  GroupSums sums;

  Picodollars search_fee;  // of the provider, for what has no price

  // nullopt: nothing of it has a price.
  std::optional<Picodollars> cost() const {
    if (price) return price->cost(sums);
    if (sums.web_search_requests > 0) return searches_cost(sums);
    return std::nullopt;
  }
  Picodollars searches_cost(const TokenCounts& counts) const {
    return {search_fee.amount * counts.web_search_requests};
  }
  // Whether some of the tokens are of a class that the price lists no rate for.
  bool has_assumed_rate() const;
};

// Where the prices of a report come from.
struct PriceSource {
  bool has_learned = false;         // some were learned into the ledger
  std::string checked;              // "2026-11-19": when changes were last looked for
  std::optional<int64_t> age_days;  // since then; the caller's clock says
};

struct UsageReport {
  std::string storage;
  std::string timezone;
  std::string price_snapshot;
  bool has_price_overrides = false;
  PriceSource price_source;
  ReportQuery query;
  PeriodNames period;  // the query's
  Figures totals;
  std::optional<Figures> previous_totals;
  PeriodNames previous_period;  // where the query compares
  std::vector<UnpricedModel> unpriced_models;
  std::vector<UnpricedTerm> unpriced_terms;  // ascending by model and term
  std::vector<ReportTable> tables;
  std::optional<BudgetReport> budget;
  std::optional<Headline> headline;  // of an overview
  std::optional<Compared> stated;    // beside what agents state of their sessions (core/reconcile)
  std::vector<std::string> assumed_overrides;  // own prices that lack a rate which was needed
  std::vector<AuditLine> audit;                // where the query asks for it; adds up to the totals
};

UsageReport build_report(const ReportQuery& query, Snapshot& snapshot, const PriceTable& prices,
                         const Zone& zone);

}  // namespace relayburn
