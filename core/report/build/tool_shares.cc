#include "core/report/build/tool_shares.h"

#include <algorithm>
#include <numeric>

#include "core/records/described.h"
#include "core/records/keys.h"

namespace relayburn {
namespace {

using Wide = Picodollars::Wide;
using Weights = std::vector<int64_t>;

// ---- how much came back from each call

struct ResultSize {
  Key call;
  int64_t bytes = 0;
};

Key use_key(const RecordHead& head, std::string_view tool_use_id) {
  return key_of({head.source, head.session_id, tool_use_id});
}

// One for each call: what two lines say of one call is said twice, so the greater counts.
std::vector<ResultSize> result_sizes(Snapshot& snapshot) {
  std::vector<ResultSize> sizes;
  sizes.reserve(static_cast<size_t>(snapshot.count(Kind::ToolResult)));
  snapshot.scan(Kind::ToolResult, {}, [&](Row row) {
    const ToolResult result = from_row<ToolResult>(row);
    if (result.is_void || !result.content_bytes) return;
    sizes.push_back({use_key(result, result.tool_use_id), *result.content_bytes});
  });
  std::sort(sizes.begin(), sizes.end(), [](const ResultSize& a, const ResultSize& b) {
    return a.call != b.call ? a.call < b.call : a.bytes > b.bytes;
  });
  const auto is_same_call = [](const auto& a, const auto& b) { return a.call == b.call; };
  sizes.erase(std::unique(sizes.begin(), sizes.end(), is_same_call), sizes.end());
  return sizes;
}

// ---- whole numbers by weights

// Parts of `whole` that add up to it: what rounding down leaves over goes to the largest
// remainders, and of equal ones to the first.
std::vector<Wide> split_whole(Wide whole, const Weights& weights, int64_t total) {
  std::vector<Wide> parts, remainders;
  Wide left = whole;
  for (const int64_t weight : weights) {
    // In two steps, because the product of a cost and a size could leave 128 bits.
    const Wide inside = whole % total * weight;
    parts.push_back(whole / total * weight + inside / total);
    remainders.push_back(inside % total);
    left -= parts.back();
  }
  if (left == 0) return parts;
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left > 0; ++i, --left) ++parts[order[i]];
  return parts;
}

constexpr int64_t TokenCounts::*kCounts[] = {&TokenCounts::input,
                                             &TokenCounts::output,
                                             &TokenCounts::reasoning,
                                             &TokenCounts::cache_read,
                                             &TokenCounts::cache_create_5m,
                                             &TokenCounts::cache_create_1h,
                                             &TokenCounts::web_search_requests};

// Each call's part, without the turn itself.
std::vector<Contribution> split_portion(const Contribution& whole, const Weights& weights) {
  const int64_t total = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  std::vector<Contribution> parts(weights.size());
  for (const auto tokens : kCounts) {
    const std::vector<Wide> counts = split_whole(whole.sums.*tokens, weights, total);
    for (size_t i = 0; i < parts.size(); ++i)
      parts[i].sums.*tokens = static_cast<int64_t>(counts[i]);
  }
  const std::vector<Wide> costs = split_whole(whole.cost.amount, weights, total);
  for (size_t i = 0; i < parts.size(); ++i) parts[i].cost = Picodollars{costs[i]};
  return parts;
}

void add_part(Contribution& sum, const Contribution& part) {
  sum.sums += part.sums;
  sum.cost += part.cost;
}

void count_turn_at(Contribution& share, const Contribution& whole) {
  share.sums.turns = whole.sums.turns;
  share.sums.lower_bound_turns = whole.sums.lower_bound_turns;
  share.session = whole.session;
  share.is_priced = whole.is_priced;
}

}  // namespace

void ToolShares::load(Snapshot& snapshot) {
  const std::vector<ResultSize> sizes = result_sizes(snapshot);
  calls_.reserve(static_cast<size_t>(snapshot.count(Kind::ToolCall)));
  std::map<std::string, uint32_t, std::less<>> numbers;
  snapshot.scan(Kind::ToolCall, {}, [&](Row row) {
    const ToolCall call = from_row<ToolCall>(row);
    if (call.is_void) return;
    auto number = numbers.find(call.name);
    if (number == numbers.end()) {
      number = numbers.emplace(call.name, static_cast<uint32_t>(names_.size())).first;
      names_.emplace_back(call.name);
    }
    const Key use = use_key(call, call.tool_use_id);
    const auto size = std::lower_bound(
        sizes.begin(), sizes.end(), use,
        [](const ResultSize& known, const Key& wanted) { return known.call < wanted; });
    const bool is_known = size != sizes.end() && size->call == use;
    calls_.push_back({turn_key(call.source, call.session_id, call.message_id),
                      is_known ? size->bytes : kUnknown, number->second});
  });
  number_by_name();
  std::sort(calls_.begin(), calls_.end(), [](const Call& a, const Call& b) {
    if (a.turn != b.turn) return a.turn < b.turn;
    return a.name != b.name ? a.name < b.name : a.bytes < b.bytes;
  });
}

// From now on the smaller number is the smaller name.
void ToolShares::number_by_name() {
  std::vector<std::string> sorted = names_;
  std::sort(sorted.begin(), sorted.end());
  for (Call& call : calls_)
    call.name = static_cast<uint32_t>(
        std::lower_bound(sorted.begin(), sorted.end(), names_[call.name]) - sorted.begin());
  names_ = std::move(sorted);
}

std::span<const ToolShares::Call> ToolShares::calls_of(const Key& turn) const {
  const auto first =
      std::lower_bound(calls_.begin(), calls_.end(), turn,
                       [](const Call& call, const Key& wanted) { return call.turn < wanted; });
  auto last = first;
  while (last != calls_.end() && last->turn == turn) ++last;
  return {first, last};
}

std::vector<ToolShare> ToolShares::split(const Key& turn, const Contribution& whole) const {
  const std::span<const Call> calls = calls_of(turn);
  if (calls.empty()) return {{std::nullopt, whole}};
  if (calls.front().name == calls.back().name) return {{names_[calls.front().name], whole}};
  const bool are_known = std::all_of(calls.begin(), calls.end(),
                                     [](const Call& call) { return call.bytes != kUnknown; });
  const bool are_sized = are_known && std::any_of(calls.begin(), calls.end(),
                                                  [](const Call& call) { return call.bytes > 0; });
  Weights weights;
  for (const Call& call : calls) weights.push_back(are_sized ? call.bytes : 1);
  const std::vector<Contribution> parts = split_portion(whole, weights);

  std::vector<ToolShare> shares;
  Weights greatest;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 0 || calls[i].name != calls[i - 1].name) {
      shares.push_back({names_[calls[i].name], {}});
      greatest.push_back(0);
    }
    add_part(shares.back().portion, parts[i]);
    greatest.back() += weights[i];
  }
  const auto place = std::max_element(greatest.begin(), greatest.end()) - greatest.begin();
  count_turn_at(shares[static_cast<size_t>(place)].portion, whole);
  return shares;
}

}  // namespace relayburn
