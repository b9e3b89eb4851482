#pragma once
// The one merge rule (ledger.md 2): of two records with one key the greater by (revision, earlier
// time, tie) wins whole.

#include <cstdint>

#include "core/records/cell.h"
#include "core/records/kinds.h"

namespace relayburn {

// 63 bits, each part saturating: parser version (12), output tokens (40), stop reason seen, own
// line before a copy inside another.
constexpr int64_t make_revision(int64_t parser_version, int64_t output_tokens = 0,
                                bool stop_reason_seen = false, bool is_own_line = true) {
  constexpr int64_t most_output = (int64_t{1} << 40) - 1;
  constexpr int64_t newest = (int64_t{1} << 12) - 1;
  if (output_tokens > most_output) output_tokens = most_output;
  if (parser_version > newest) parser_version = newest;
  return parser_version << 42 | output_tokens << 2 | int64_t{stop_reason_seen} << 1 |
         int64_t{is_own_line};
}

// The last resort: the first 8 bytes of the hash of the record's canonical JSON without revision,
// with the top bit turned so that comparing signed integers compares the bytes.
int64_t tie_of(Kind kind, Row row);

// What decides before the tie. A record without a time loses against one that has one.
struct Rank {
  int64_t revision = 0;
  int64_t time_us = INT64_MAX;

  friend bool operator==(const Rank&, const Rank&) = default;
  friend bool operator<(const Rank& a, const Rank& b) {
    return a.revision != b.revision ? a.revision < b.revision : a.time_us > b.time_us;
  }
};
Rank rank_of(Kind kind, Row row);

// True where `candidate` replaces `present`; false for equal records.
bool is_greater(Kind kind, Row candidate, Row present);

}  // namespace relayburn
