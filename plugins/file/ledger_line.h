#pragma once
// The lines of ledger.jsonl that are no records.
//
//   {"relayburn":"ledger","version":1,"ledgerId":"<32 hex>"}                 the first line
//   {"prune":{"cutoffUs":…,"kept":[["claude-code","<session>"],…]}}          inside a batch
//   {"commit":{"bytes":…,"sha256":"…","run":"…","host":"…","batch":…,"rejected":…,"unknown":…,"counts":{"turn":[1,0,0],…}}}
//
// A commit line ends a batch: `bytes` and `sha256` are of the lines since the commit before it.
// What no commit line follows was never written.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/records/batch.h"
#include "core/records/merge.h"

namespace relayburn {

inline constexpr int64_t kFileVersion = 1;

struct LedgerHeader {
  int64_t version = 0;
  std::string ledger_id;
};
std::string header_line(const LedgerHeader& header);
std::optional<LedgerHeader> parse_header_line(std::string_view line);

struct CommitLine {
  int64_t bytes = 0;
  std::string sha256;
  RunMark run;
  Tallies tallies{};
};
std::string commit_line(const CommitLine& commit);
std::optional<CommitLine> parse_commit_line(std::string_view line);

struct PruneLine {
  int64_t cutoff_us = 0;
  std::set<std::pair<std::string, std::string>> kept;  // source, session
};
std::string prune_line(const PruneLine& prune);
std::optional<PruneLine> parse_prune_line(std::string_view line);

// What decides between two records, read from a record's line without parsing the rest of it.
struct RecordHeadLine {
  Kind kind;
  Key id;
  Rank rank;
};
// nullopt where the line is no record of a kind that we know.
std::optional<RecordHeadLine> parse_record_head(std::string_view line);

inline bool is_commit_line(std::string_view line) { return line.starts_with(R"({"commit":)"); }
inline bool is_prune_line(std::string_view line) { return line.starts_with(R"({"prune":)"); }

}  // namespace relayburn
