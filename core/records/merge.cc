#include "core/records/merge.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/records/record_json.h"

namespace relayburn {

int64_t tie_of(Kind kind, Row row) {
  thread_local std::string json;
  json.clear();
  append_record_json_without_revision(json, kind, row);
  const size_t sidechain = describe(kind).sidechain;
  const bool is_copy = sidechain != kNoColumn && !row[sidechain].is_null();
  const uint64_t hash = hash_u64(json) >> 1;
  return static_cast<int64_t>(hash | (is_copy ? uint64_t{1} << 63 : 0));
}

Rank rank_of(Kind kind, Row row) {
  Rank rank{row[kRevisionColumn].integer()};
  const size_t time = describe(kind).time;
  if (time != kNoColumn && !row[time].is_null()) rank.time_us = row[time].integer();
  return rank;
}

bool is_greater(Kind kind, Row candidate, Row present) {
  const Rank ours = rank_of(kind, candidate);
  const Rank theirs = rank_of(kind, present);
  if (!(ours == theirs)) return theirs < ours;
  if (std::equal(candidate.begin(), candidate.end(), present.begin())) return false;  // most are
  return tie_of(kind, candidate) > tie_of(kind, present);
}

}  // namespace relayburn
