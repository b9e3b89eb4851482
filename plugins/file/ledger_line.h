#pragma once
// The lines of ledger.jsonl that are no records. README.md beside this file states the rules.
//
//   {"relayburn":"ledger","version":2,"ledgerId":"<32 hex>","sha256":"<seal>"}      the first line
//   {"prune":{"cutoffUs":…,"kept":[["claude-code","<session>"],…]}}                 inside a batch
//   {"commit":{"previous":"<seal>","bytes":…,"sha256":"…","run":"…","host":"…","batch":…,"rejected":…,"unknown":…,
//     "counts":{"turn":[1,0,0],…}},"sha256":"<seal>"}
//
// A commit line ends a batch: `bytes` and `sha256` are of the lines since the commit before it, and
// `previous` is the seal of that commit, or of the first line. A seal is the hash of all of its
// line before it. Version 1 has no seals and no `previous`.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/records/batch.h"
#include "core/records/merge.h"

namespace relayburn {

inline constexpr int64_t kFileVersion = 2;

// Returns a JSON object with its seal added as the last field.
std::string sealed(std::string object);
// Returns the seal of a line, nullopt if it has none or the line differs from what was sealed.
std::optional<std::string> seal_of(std::string_view line);

struct LedgerHeader {
  int64_t version = 0;
  std::string ledger_id;
  std::string seal;  // empty in version 1
};
std::string header_line(const LedgerHeader& header);
// The header may be of a version that we do not know. Throws Corrupt, naming `path`, if the line is
// damaged or the file is no ledger.
LedgerHeader parse_header_line(std::string_view line, const std::string& path);

struct CommitLine {
  std::string previous;
  std::string seal;  // parsed only; empty if the line has none that holds
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
