#include "core/report/plain_aggregate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/records/merge.h"
#include "core/records/records.h"
#include "core/storage/group_table.h"

namespace relayburn {
namespace {

// The order of ledger.md 3 among the copies of one call; the greatest is canonical.
struct CopyRank {
  Rank rank;
  bool is_sidechain = false;
  bool is_fork = false;
  std::string session;
  Key id;

  explicit CopyRank(const Turn& turn)
      : rank{turn.revision, turn.ts ? turn.ts->us : INT64_MAX},
        is_sidechain(turn.is_sidechain),
        is_fork(turn.is_fork),
        session(turn.session_id.value_or("")),
        id(turn.id) {}

  bool loses_to(const CopyRank& other) const {
    if (!(rank == other.rank)) return rank < other.rank;
    return std::tie(other.is_sidechain, other.is_fork, other.session, other.id) <
           std::tie(is_sidechain, is_fork, session, id);
  }
};

std::unordered_map<Key, Key, KeyHash> canonical_turns(const TurnScan& scan) {
  std::unordered_map<Key, CopyRank, KeyHash> best;
  scan([&](Row row) {
    const Turn turn = from_row<Turn>(row);
    if (turn.is_void) return;
    CopyRank rank(turn);
    const auto [place, is_new] = best.try_emplace(turn.call_key, rank);
    if (!is_new && place->second.loses_to(rank)) place->second = std::move(rank);
  });
  std::unordered_map<Key, Key, KeyHash> canonical;
  canonical.reserve(best.size());
  for (const auto& [call, rank] : best) canonical.emplace(call, rank.id);
  return canonical;
}

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
  return Cell::integer(std::upper_bound(bounds.begin(), bounds.end(), *turn.ts) - bounds.begin());
}

Cell context_side(const Turn& turn, const std::vector<int64_t>& bounds) {
  const int64_t context = turn.context_tokens.value_or(turn.input + turn.cache_read +
                                                       turn.cache_create_5m + turn.cache_create_1h);
  return Cell::integer(std::lower_bound(bounds.begin(), bounds.end(), context) - bounds.begin());
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
    case GroupColumn::SpanSide:
      return time_side(turn, query.span_bounds);
    case GroupColumn::ContextSide:
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
    case GroupColumn::TimeSide:
      return time_side(turn, query.time_bounds);
  }
  return {};
}

GroupSums sums_of(const Turn& turn) {
  GroupSums sums;
  sums.turns = 1;
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

}  // namespace

void plain_aggregate(const AggregateQuery& query, const TurnScan& scan, const GroupSink& sink) {
  const std::unordered_map<Key, Key, KeyHash> canonical = canonical_turns(scan);
  GroupTable<GroupSums> groups;
  std::vector<Cell> cells(query.group_by.size());
  scan([&](Row row) {
    const Turn turn = from_row<Turn>(row);
    if (turn.is_void || !passes(query.filter, turn)) return;
    const auto chosen = canonical.find(turn.call_key);
    if (chosen == canonical.end() || chosen->second != turn.id) return;
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = group_cell(query.group_by[i], query, turn);
    groups.add(cells, sums_of(turn));
  });
  groups.give(sink);
}

}  // namespace relayburn
