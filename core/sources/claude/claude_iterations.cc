#include "core/sources/claude/claude_iterations.h"

#include <algorithm>
#include <string>

#include "core/base/spelling.h"

namespace relayburn {
namespace {

using Requests = std::vector<ClaudeRequest>;
using RequestKind = ClaudeRequest::Kind;

int64_t created(const TokenCounts& counts) {
  return counts.cache_create_5m + counts.cache_create_1h;
}

int64_t context_of(const TokenCounts& counts) {
  return counts.input + counts.cache_read + created(counts);
}

bool is_equal(const TokenCounts& a, const TokenCounts& b) {
  return a.input == b.input && a.output == b.output && a.cache_read == b.cache_read &&
         created(a) == created(b);
}

template <class Predicate>
TokenCounts sum_of(const Requests& requests, Predicate&& is_in) {
  TokenCounts sum;
  for (const ClaudeRequest& request : requests)
    if (is_in(request)) sum += request.counts;
  return sum;
}

template <class Predicate>
void include(Requests& requests, Predicate&& is_in) {
  for (ClaudeRequest& request : requests) request.is_included = is_in(request);
}

// Includes those requests if they add up to the top level.
template <class Predicate>
bool include_if_equal(Requests& requests, const TokenCounts& top, Predicate&& is_in) {
  if (!is_equal(sum_of(requests, is_in), top)) return false;
  include(requests, is_in);
  return true;
}

bool seems_included(const ClaudeRequest& request) { return request.seems_included(); }

// Drops a date of eight digits, or the version of a platform: "-20250514", "-v1".
std::string_view without_tail(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return name;
  std::string_view tail = name.substr(dash + 1);
  if (tail.starts_with('v')) tail.remove_prefix(1);
  constexpr size_t kDateSize = 8;
  const bool is_number =
      !tail.empty() && tail.find_first_not_of("0123456789") == std::string_view::npos;
  const bool is_version = name.substr(dash + 1).starts_with('v');
  return is_number && (is_version || tail.size() == kDateSize) ? name.substr(0, dash) : name;
}

std::string plain_model(std::string_view name) {
  const std::string lower = lower_case(name);
  std::string_view rest = lower;
  if (const size_t claude = rest.find("claude"); claude != std::string_view::npos)
    rest.remove_prefix(claude);
  rest = rest.substr(0, rest.find_first_of("[@:"));
  rest = without_tail(without_tail(rest));
  std::string plain(rest);
  std::replace(plain.begin(), plain.end(), '.', '-');
  return plain;
}

bool include_by_sum(Requests& requests, const TokenCounts& top) {
  const auto is_unknown = [](const ClaudeRequest& each) {
    return each.kind == RequestKind::Unknown;
  };
  if (include_if_equal(requests, top, seems_included)) return true;
  // A model may be spelt in two ways.
  if (include_if_equal(requests, top, [](const auto& each) { return each.is_attempt(); }))
    return true;
  const auto with_unknown = [&](const auto& each) {
    return each.seems_included() || is_unknown(each);
  };
  if (include_if_equal(requests, top, with_unknown)) return true;
  for (const ClaudeRequest& one : requests)
    if (is_unknown(one) && include_if_equal(requests, top, [&](const auto& each) {
          return each.seems_included() || &each == &one;
        }))
      return true;
  return include_if_equal(requests, top, [](const auto&) { return true; });
}

// The top level mirrors the attempt that served.
bool include_mirrored(Requests& requests, const TokenCounts& top) {
  const auto served =
      std::find_if(requests.rbegin(), requests.rend(), [&](const ClaudeRequest& each) {
        return each.kind == RequestKind::Fallback && is_equal(each.counts, top);
      });
  if (served == requests.rend()) return false;
  include(requests, [&](const ClaudeRequest& each) { return &each == &*served; });
  return true;
}

// True where the top level is one of the included requests, or has the output of all and the input
// of the first: so it is with an advisor.
bool shows_one_request(const Requests& requests, const TokenCounts& top) {
  const TokenCounts sum = sum_of(requests, seems_included);
  const auto first = std::find_if(requests.begin(), requests.end(), seems_included);
  if (first == requests.end()) return false;
  TokenCounts of_advised = first->counts;
  of_advised.output = sum.output;
  TokenCounts with_writes = of_advised;
  with_writes.cache_create_5m = sum.cache_create_5m;
  with_writes.cache_create_1h = sum.cache_create_1h;
  return is_equal(top, of_advised) || is_equal(top, with_writes) ||
         std::any_of(first, requests.end(), [&](const ClaudeRequest& each) {
           return each.seems_included() && is_equal(each.counts, top);
         });
}

TokenCounts with_searches_of(TokenCounts counts, const TokenCounts& top) {
  counts.web_search_requests = top.web_search_requests;
  return counts;
}

std::optional<int64_t> greatest_context(const Requests& requests) {
  int64_t greatest = 0, included = 0;
  for (const ClaudeRequest& request : requests) {
    if (!request.is_included) continue;
    ++included;
    greatest = std::max(greatest, context_of(request.counts));
  }
  return included > 1 ? std::optional(greatest) : std::nullopt;
}

bool is_included(const ClaudeRequest& request) { return request.is_included; }

// Entries may state only the total of what they wrote to the cache, and the message of which kind
// it was. Returns false where they cannot be told apart.
bool settle_cache_kinds(Requests& requests, const TokenCounts& whole) {
  const TokenCounts sum = sum_of(requests, is_included);
  if (sum.cache_create_5m == whole.cache_create_5m && sum.cache_create_1h == whole.cache_create_1h)
    return true;
  if (created(sum) != created(whole) || whole.cache_create_5m != 0) return false;
  for (ClaudeRequest& request : requests)
    if (request.is_included) {
      request.counts.cache_create_1h = created(request.counts);
      request.counts.cache_create_5m = 0;
    }
  return true;
}

// Makes parts of all requests of the message but the first.
void split(Requests& requests, ClaudeMessageUsage& usage) {
  usage.context_tokens = greatest_context(requests);
  if (usage.context_tokens.value_or(0) <= kMinTierBound) return;
  const TokenCounts sum = sum_of(requests, is_included);
  if (!is_equal(sum, usage.whole) || !settle_cache_kinds(requests, usage.whole)) return;
  usage.context_tokens.reset();
  bool is_first = true;
  for (ClaudeRequest& request : requests) {
    if (!request.is_included) continue;
    if (is_first) usage.own = request.counts;
    request.is_part = !is_first;
    request.counts.web_search_requests = 0;
    is_first = false;
  }
  usage.own.web_search_requests = usage.whole.web_search_requests;
}

}  // namespace

bool ClaudeRequest::is_billed_apart() const {
  if (is_included) return false;
  return is_attempt() ? counts.output > 0 : context_of(counts) + counts.output > 0;
}

bool is_same_model(std::string_view a, std::string_view b) {
  return a == b || plain_model(a) == plain_model(b);
}

RequestKind request_kind(OptText type) {
  if (!type || type == "message") return RequestKind::Message;
  if (type == "fallback_message") return RequestKind::Fallback;
  if (type == "advisor_message" || type == "compaction") return RequestKind::Side;
  return RequestKind::Unknown;
}

ClaudeMessageUsage include_requests(const TokenCounts& top, bool is_stated, Requests& requests) {
  ClaudeMessageUsage usage{top, top, std::nullopt};
  if (requests.empty()) return usage;
  if (!is_stated || !(include_by_sum(requests, top) || include_mirrored(requests, top))) {
    include(requests, seems_included);
    if (!is_stated || shows_one_request(requests, top))
      usage.whole = usage.own = with_searches_of(sum_of(requests, seems_included), top);
  }
  split(requests, usage);
  return usage;
}

}  // namespace relayburn
