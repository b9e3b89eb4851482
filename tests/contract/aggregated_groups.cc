#include "tests/contract/aggregated_groups.h"

#include <catch2/catch.hpp>

#include "core/storage/reference_aggregate.h"

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

std::string spell(Row cells) {
  std::string text;
  for (const Cell& cell : cells) {
    text += text.empty() ? "" : ", ";
    text += cell.is_null()   ? "null"
            : cell.is_text() ? "'" + std::string(cell.text()) + "'"
                             : std::to_string(cell.integer());
  }
  return text;
}

std::string spell(const GroupSums& sums) {
  std::string text;
  for (const int64_t sum :
       {sums.turns, sums.input, sums.output, sums.reasoning, sums.cache_read, sums.cache_create_5m,
        sums.cache_create_1h, sums.web_search_requests, sums.lower_bound_turns})
    text += std::to_string(sum) + " ";
  return text;
}

// Every group must be given once.
GroupSink into(Groups& groups) {
  return [&](Row cells, const GroupSums& sums) {
    CHECK(groups.emplace(spell(cells), spell(sums)).second);
    CHECK(sums.turns > 0);
  };
}

}  // namespace

Groups aggregated(Snapshot& snapshot, const AggregateQuery& query) {
  Groups groups;
  snapshot.aggregate(query, into(groups));
  return groups;
}

Groups plainly_aggregated(Snapshot& snapshot, const AggregateQuery& query) {
  Groups groups;
  const auto scan = [&](const RowSink& sink) { snapshot.scan(Kind::Turn, {}, sink); };
  reference_aggregate(query, scan, into(groups));
  return groups;
}

Strings groups_by(StorageAdapter& ledger, const AggregateQuery& query) {
  Strings names;
  for (const auto& [group, sums] : aggregated(*ledger.snapshot(), query)) names.push_back(group);
  return names;
}
Strings groups_by(StorageAdapter& ledger, GroupColumn column) {
  return groups_by(ledger, AggregateQuery{.group_by = {column}});
}

AggregateQuery random_query(Random& random) {
  AggregateQuery query;
  for (int column = 0; column < kGroupColumns; ++column)
    if (random.one_in(4)) query.group_by.push_back(static_cast<GroupColumn>(column));
  random.shuffle(query.group_by);
  for (const Instant bound :
       {Instant{-900'000'000}, Instant{0}, at(0), at(200), at(899), at(86400)}) {
    if (random.one_in(2)) query.span_bounds.push_back(bound);
    if (random.one_in(2)) query.time_bounds.push_back(bound);
  }
  for (const int64_t bound : {int64_t{0}, int64_t{200'000}, int64_t{1} << 40})
    if (random.one_in(2)) query.context_bounds.push_back(bound);
  if (random.one_in(3)) query.filter.source = random.pick(Strings{"codex", "", "absent"});
  if (random.one_in(3)) query.filter.session_id = random.pick(Strings{"a", "B", "", "ä", "a%"});
  if (random.one_in(3))
    query.filter.since = random.pick(std::vector<Instant>{Instant{-1}, at(0), at(1)});
  if (random.one_in(3)) query.filter.until = random.pick(std::vector<Instant>{at(0), at(900)});
  return query;
}

}  // namespace relayburn
