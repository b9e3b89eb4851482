#pragma once
// The one merge rule (LEDGER.md 2): of two records with one key the greater by (revision, earlier
// time, tie) wins whole.

#include <cstdint>

#include "core/records/cell.h"
#include "core/records/kinds.h"

namespace relayburn {

// Returns 63 bits, each part saturating: parser version (12), output tokens (40), stop reason seen,
// own line before a copy inside another, a line that shows its count to be too low before one that
// does not.
constexpr int64_t make_revision(int64_t parser_version, int64_t output_tokens = 0,
                                bool stop_reason_seen = false, bool is_own_line = true,
                                bool is_lower_bound = false) {
  constexpr int64_t max_output = (int64_t{1} << 40) - 1;
  constexpr int64_t newest = (int64_t{1} << 12) - 1;
  if (output_tokens > max_output) output_tokens = max_output;
  if (parser_version > newest) parser_version = newest;
  return parser_version << 43 | output_tokens << 3 | int64_t{stop_reason_seen} << 2 |
         int64_t{is_own_line} << 1 | int64_t{is_lower_bound};
}

// The revision of a record whose log object is rewritten as a whole (OpenCode), in the same 63
// bits: parser version (12), the object is complete, how much it states (2: a copy may keep only a
// part of it, and be changed later), when it was last changed in whole seconds (32), output tokens
// (16).
constexpr int64_t make_object_revision(int64_t parser_version, bool is_complete, int64_t detail,
                                       int64_t updated_s, int64_t output_tokens) {
  constexpr int64_t newest = (int64_t{1} << 12) - 1;
  constexpr int64_t latest = (int64_t{1} << 32) - 1;
  constexpr int64_t max_detail = 3;
  constexpr int64_t max_output = (int64_t{1} << 16) - 1;
  if (parser_version > newest) parser_version = newest;
  if (updated_s < 0) updated_s = 0;
  if (updated_s > latest) updated_s = latest;
  if (detail > max_detail) detail = max_detail;
  if (output_tokens > max_output) output_tokens = max_output;
  return parser_version << 51 | int64_t{is_complete} << 50 | detail << 48 | updated_s << 16 |
         output_tokens;
}

// Returns what decides between records of equal rank. A record of the main thread comes before its
// copy in a subagent's log; after that the first 63 bits of the hash of the record's canonical JSON
// without revision decide. Compared as signed integers.
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
