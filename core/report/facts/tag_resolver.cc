#include "core/report/facts/tag_resolver.h"

#include <algorithm>

#include "core/records/described.h"
#include "core/records/stamps.h"

namespace relayburn {
namespace {

// Names which sessions and messages a stamp is on. No part of ours holds U+0000.
std::string scope_of(OptText session, OptText message) {
  std::string scope(session ? "s" : "-");
  scope += message ? "m" : "-";
  scope += session.value_or("");
  scope += '\0';
  scope += message.value_or("");
  return scope;
}

// The first moment that a stamp's range, of which both ends are inclusive, does not hold.
std::optional<Instant> end_of(std::optional<Instant> to) {
  if (!to || to->us == INT64_MAX) return std::nullopt;
  return Instant{to->us + 1};
}

constexpr Instant kFirstInstant{INT64_MIN};

}  // namespace

void TagResolver::load(Snapshot& snapshot, const std::set<std::string, std::less<>>& keys) {
  keys_.assign(keys.begin(), keys.end());
  snapshot.scan(Kind::Stamp, {}, [&](Row row) {
    const Stamp stamp = from_row<Stamp>(row);
    if (stamp.is_void) return;
    const Enrichment enrichment = parse_enrichment(stamp.enrichment);
    LoadedStamp loaded{stamp.ts,      stamp.id,    scope_of(stamp.session_id, stamp.message_id),
                       stamp.from_ts, stamp.to_ts, {}};
    bool has_one = false;
    for (const std::string& key : keys_) {
      const auto found = enrichment.find(key);
      has_one = has_one || found != enrichment.end();
      loaded.values.push_back(found == enrichment.end() ? std::nullopt
                                                        : std::optional(found->second));
    }
    if (!has_one) return;
    asks_for_messages_ = asks_for_messages_ || stamp.message_id.has_value();
    stamps_.push_back(std::move(loaded));
  });
  std::sort(stamps_.begin(), stamps_.end(), [](const LoadedStamp& a, const LoadedStamp& b) {
    return a.ts != b.ts ? a.ts < b.ts : a.id < b.id;
  });
  for (size_t i = 0; i < stamps_.size(); ++i) timelines_[stamps_[i].scope].add(i + 1);
  for (auto& [scope, timeline] : timelines_) timeline.build(stamps_, keys_.size());
}

void TagResolver::Timeline::build(const std::vector<LoadedStamp>& stamps, size_t key_count) {
  std::map<Instant, std::pair<std::vector<size_t>, std::vector<size_t>>> changes;  // begin, end
  std::vector<std::set<size_t>> current(key_count);
  const auto each_key = [&](size_t number, const auto& change) {
    for (size_t key = 0; key < key_count; ++key)
      if (stamps[number - 1].values[key]) change(current[key]);
  };
  const auto begin = [&](size_t n) { each_key(n, [&](auto& numbers) { numbers.insert(n); }); };
  const auto end = [&](size_t n) { each_key(n, [&](auto& numbers) { numbers.erase(n); }); };
  const auto winners = [&] {
    Winners greatest(key_count, 0);
    for (size_t key = 0; key < key_count; ++key)
      if (!current[key].empty()) greatest[key] = *current[key].rbegin();
    return greatest;
  };
  for (const size_t number : numbers_) {
    const LoadedStamp& stamp = stamps[number - 1];
    const auto until = end_of(stamp.to);
    if (!stamp.from && !until) {
      begin(number);
      continue;
    }
    const Instant from = stamp.from.value_or(kFirstInstant);
    if (until && *until <= from) continue;
    changes[from].first.push_back(number);
    if (until) changes[*until].second.push_back(number);
  }
  before_ = winners();
  for (const auto& [instant, change] : changes) {
    for (const size_t number : change.first) begin(number);
    for (const size_t number : change.second) end(number);
    starts_.push_back(instant);
    winners_.push_back(winners());
  }
}

const TagResolver::Winners& TagResolver::Timeline::at(std::optional<Instant> ts) const {
  if (!ts) return before_;
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), *ts) - starts_.begin();
  return next == 0 ? before_ : winners_[static_cast<size_t>(next - 1)];
}

std::vector<Instant> TagResolver::bounds() const {
  std::set<Instant> bounds;
  for (const LoadedStamp& stamp : stamps_) {
    if (stamp.from) bounds.insert(*stamp.from);
    if (const auto end = end_of(stamp.to)) bounds.insert(*end);
  }
  // Lower than any time that a log can state, so every turn with a time has a bound before it.
  constexpr Instant year_one{-62135596800'000'000};
  if (!bounds.empty()) bounds.insert(year_one);
  return {bounds.begin(), bounds.end()};
}

Tags TagResolver::tags(OptText session, OptText message, std::optional<Instant> ts) const {
  Winners greatest(keys_.size(), 0);
  const auto offer = [&](OptText of_session, OptText of_message) {
    const auto found = timelines_.find(scope_of(of_session, of_message));
    if (found == timelines_.end()) return;
    const Winners& winners = found->second.at(ts);
    for (size_t key = 0; key < greatest.size(); ++key)
      greatest[key] = std::max(greatest[key], winners[key]);
  };
  offer(std::nullopt, std::nullopt);
  if (session) offer(session, std::nullopt);
  if (message) offer(std::nullopt, message);
  if (session && message) offer(session, message);
  Tags tags;
  for (size_t key = 0; key < greatest.size(); ++key)
    if (greatest[key] != 0) tags.emplace(keys_[key], *stamps_[greatest[key] - 1].values[key]);
  return tags;
}

}  // namespace relayburn
