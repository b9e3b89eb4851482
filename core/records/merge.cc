#include "core/records/merge.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/records/record_json.h"

namespace relayburn {

int64_t tie_of(Kind kind, Row row) {
  thread_local std::string json;
  json.clear();
  append_record_json_without_revision(json, kind, row);
  return static_cast<int64_t>(hash_u64(json) ^ uint64_t{1} << 63);
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
