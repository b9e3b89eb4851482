#pragma once

#include <cstdint>

namespace relayburn {

// Tokens of one call or of many, in disjoint classes. `reasoning` is information: it is inside
// `output` and never priced again.
struct TokenCounts {
  int64_t input = 0;  // uncached
  int64_t output = 0;
  int64_t reasoning = 0;
  int64_t cache_read = 0;
  int64_t cache_create_5m = 0;
  int64_t cache_create_1h = 0;
  int64_t web_search_requests = 0;

  friend bool operator==(const TokenCounts&, const TokenCounts&) = default;

  TokenCounts& operator+=(const TokenCounts& other) {
    input += other.input;
    output += other.output;
    reasoning += other.reasoning;
    cache_read += other.cache_read;
    cache_create_5m += other.cache_create_5m;
    cache_create_1h += other.cache_create_1h;
    web_search_requests += other.web_search_requests;
    return *this;
  }
};

}  // namespace relayburn
