#pragma once
// The result of an ingest as JSON (apps/README.md) and as a few lines for people.

#include <string>

#include "core/base/json_writer.h"
#include "core/ingest/ingest.h"
#include "core/ingest/lock_holder.h"

namespace relayburn {

struct IngestResult {
  std::string storage;
  std::string host_id;
  std::string host_label;
  IngestSummary summary;
  int64_t elapsed_ms = 0;
  bool is_dry_run = false;
  bool is_skipped = false;           // another run is at work
  std::optional<LockHolder> holder;  // that one, as far as it is known
};

// The value of "records".
void write_tallies(JsonWriter& json, const Tallies& tallies);
// "3 new, 1 updated, 2 known"
std::string tally_text(const Tally& tally);

std::string render_json(const IngestResult& result);
// What is said of a run that left the work to another one.
std::string skipped_text(const IngestResult& result);
std::string render_text(const IngestResult& result);
// The same on one line, with the time.
std::string render_line(const IngestResult& result);
// The first ten issues, a line each, and how many there are more.
std::string render_issues(const IngestSummary& summary);

}  // namespace relayburn
