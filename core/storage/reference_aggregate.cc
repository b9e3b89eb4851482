#include "core/storage/reference_aggregate.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>

#include "core/records/described.h"
#include "core/records/keyed_list.h"
#include "core/records/merge.h"
#include "core/storage/group_table.h"

namespace relayburn {
namespace {

// The order of LEDGER.md 3 among the copies of one call; the greatest is canonical.
struct CopyRank {
  Rank rank;
  const std::string* session;
  Key id;
  bool is_sidechain;
  bool is_fork;

  bool loses_to(const CopyRank& other) const {
    if (!(rank == other.rank)) return rank < other.rank;
    return std::tie(other.is_sidechain, other.is_fork, *other.session, other.id) <
           std::tie(is_sidechain, is_fork, *session, id);
  }
};

// The greatest copy of a call so far, and what it adds to which group.
struct Call {
  Key id;  // the call's key; the copy's is in its rank
  CopyRank rank;
  std::optional<size_t> group;  // none: the filter leaves it out
  GroupSums sums;
};

// Texts that live as long as this.
class Sessions {
 public:
  // Turns of one session often follow each other.
  const std::string* kept(std::string_view session) {
    if (last_ == nullptr || *last_ != session)
      last_ = &*sessions_.insert(std::string(session)).first;
    return last_;
  }

 private:
  std::unordered_set<std::string> sessions_;
  const std::string* last_ = nullptr;
};

bool passes(const ScanFilter& filter, const Turn& turn) {
  if (filter.source && turn.source != *filter.source) return false;
  if (filter.session_id && turn.session_id != *filter.session_id) return false;
  if (filter.since && (!turn.ts || *turn.ts < *filter.since)) return false;
  if (filter.until && (!turn.ts || *turn.ts >= *filter.until)) return false;
  return true;
}

Cell text_cell(const OptText& text) { return text ? Cell::text(*text) : Cell(); }

Cell time_side(const Turn& turn, const std::vector<Instant>& bounds) {
  if (!turn.ts) return Cell::integer(0);
  return Cell::integer(bounds_until(bounds, *turn.ts));
}

Cell context_side(const Turn& turn, const std::vector<int64_t>& bounds) {
  const int64_t context = turn.context_tokens.value_or(turn.input + turn.cache_read +
                                                       turn.cache_create_5m + turn.cache_create_1h);
  return Cell::integer(bounds_below(bounds, context));
}

Cell quarter_hour(const Turn& turn) {
  constexpr int64_t quarter = int64_t{15} * 60 * 1'000'000;
  if (!turn.ts) return {};
  const int64_t us = turn.ts->us;
  return Cell::integer(us / quarter - (us % quarter < 0 ? 1 : 0));
}

Cell group_cell(GroupColumn column, const AggregateQuery& query, const Turn& turn) {
  switch (column) {
    case GroupColumn::Source:
      return text_cell(turn.source);
    case GroupColumn::Model:
      return text_cell(turn.model);
    case GroupColumn::ServiceTier:
      return text_cell(turn.service_tier);
    case GroupColumn::Speed:
      return text_cell(turn.speed);
    case GroupColumn::InferenceGeo:
      return text_cell(turn.inference_geo);
    case GroupColumn::Plan:
      return text_cell(turn.plan);
    case GroupColumn::PriceSpanIndex:
      return time_side(turn, query.span_bounds);
    case GroupColumn::ContextTierIndex:
      return context_side(turn, query.context_bounds);
    case GroupColumn::Session:
      return text_cell(turn.session_id);
    case GroupColumn::QuarterHour:
      return quarter_hour(turn);
    case GroupColumn::Cwd:
      return text_cell(turn.cwd);
    case GroupColumn::Remote:
      return text_cell(turn.remote);
    case GroupColumn::Branch:
      return text_cell(turn.branch);
    case GroupColumn::AgentId:
      return text_cell(turn.agent_id);
    case GroupColumn::IsSidechain:
      return turn.is_sidechain ? Cell::integer(1) : Cell();
    case GroupColumn::Message:
      return Cell::text(turn.message_id);
    case GroupColumn::TimeBoundIndex:
      return time_side(turn, query.time_bounds);
  }
  return {};
}

GroupSums sums_of(const Turn& turn) {
  GroupSums sums;
  sums.turns = turn.call_count();
  sums.input = turn.input;
  sums.output = turn.output;
  sums.reasoning = turn.reasoning;
  sums.cache_read = turn.cache_read;
  sums.cache_create_5m = turn.cache_create_5m;
  sums.cache_create_1h = turn.cache_create_1h;
  sums.web_search_requests = turn.web_search_requests;
  sums.lower_bound_turns = turn.output_is_lower_bound ? 1 : 0;
  return sums;
}

class PlainAggregate {
 public:
  explicit PlainAggregate(const AggregateQuery& query)
      : query_(query), cells_(query.group_by.size()) {}

  void add(const Turn& turn) {
    if (turn.is_void) return;
    const CopyRank rank{{turn.revision, turn.ts ? turn.ts->us : INT64_MAX},
                        sessions_.kept(turn.session_id.value_or("")),
                        turn.id,
                        turn.is_sidechain,
                        turn.is_fork};
    Call* const call = calls_.find(turn.call_key);
    if (call == nullptr) {
      calls_.insert({turn.call_key, rank, group_of(turn), sums_of(turn)});
    } else if (call->rank.loses_to(rank)) {
      *call = {turn.call_key, rank, group_of(turn), sums_of(turn)};
    }
  }

  void give(const GroupSink& sink) const {
    std::vector<GroupSums> sums(groups_.size());
    for (const Call& call : calls_.entries())
      if (call.group) sums[*call.group] += call.sums;
    for (size_t i = 0; i < sums.size(); ++i)
      if (sums[i] != GroupSums{}) sink(groups_.cells(i), sums[i]);
  }

 private:
  std::optional<size_t> group_of(const Turn& turn) {
    if (!passes(query_.filter, turn)) return std::nullopt;
    for (size_t i = 0; i < cells_.size(); ++i)
      cells_[i] = group_cell(query_.group_by[i], query_, turn);
    return groups_.number_of(cells_);
  }

  const AggregateQuery& query_;
  std::vector<Cell> cells_;
  Sessions sessions_;
  GroupIndex groups_;
  KeyedList<Call> calls_;
};

}  // namespace

void reference_aggregate(const AggregateQuery& query, const TurnScan& scan, const GroupSink& sink) {
  PlainAggregate aggregate(query);
  scan([&](Row row) { aggregate.add(from_row<Turn>(row)); });
  aggregate.give(sink);
}

}  // namespace relayburn
