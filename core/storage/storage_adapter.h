#pragma once
// THE SEAM between core and a storage backend. A backend knows one store and nothing of logs; core
// has never heard of a database. It speaks of kinds of record described by data
// (core/records/kinds.h), so that a new kind adds no method here. To write a backend: implement
// StorageAdapter and Snapshot, name them in a RELAYBURN_STORAGE_PLUGIN (plugin_abi.h), and pass
// tests/contract.
//
// Errors: every method may throw relayburn::Error, and nothing else. Unavailable: the store cannot
// be reached, is busy or full; the same call may be made again, also where the answer of a commit
// was lost. Unauthorized: it refuses us. SchemaTooNew, SchemaTooOld: another version wrote it.
// Corrupt: its bytes are not ours. Threads: several threads may use one adapter at once; one thread
// at a time a Snapshot.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/records/batch.h"
#include "core/records/token_counts.h"

namespace relayburn {

struct OpenContext {
  std::string location;  // sqlite: the file; file: the directory; postgres: the connection URL
  std::string schema;    // postgres only
  int pool_size = 4;
  std::vector<std::string> allow_plaintext_hosts;
  Log* log = nullptr;  // never null
};

enum class SchemaState {
  Missing,  // there is no store yet, or one without our tables
  Behind,
  Current,
};

struct StoreInfo {
  std::string location;  // for people, without secrets
  SchemaState schema = SchemaState::Missing;
  int64_t schema_version = 0;  // 0 where the schema is missing
  int64_t newest_version = 0;  // what this plugin would migrate to
  // Of a store in a file: "ext4", "nfs4", or whatever its file system is, as far as it is known.
  std::string file_system;
  bool is_on_network = false;  // several hosts may see that file system
  std::string journal;         // sqlite: "wal", or "rollback"
  // Of a store with a clock of its own: how far it is ahead of ours.
  std::optional<int64_t> clock_ahead_us;
};

struct MigrationResult {
  int64_t from_version = 0;
  int64_t to_version = 0;
  std::string backup;  // where the store was copied to first, if it was
};

// Which records a scan gives. All given parts must hold; a record without a time is outside of
// every time range; parts that a kind has no column for do not restrict it.
struct ScanFilter {
  std::optional<std::string> source;
  std::optional<std::string> session_id;
  std::optional<Instant> since;  // inclusive
  std::optional<Instant> until;  // exclusive
};
// The row's cells live until the sink returns.
using RowSink = std::function<void(Row)>;

// What canonical turns are grouped by. A price depends on the first eight, and where the model has
// hours of its own on the quarter of an hour.
enum class GroupColumn : uint8_t {
  Source,
  Model,
  ServiceTier,
  Speed,
  InferenceGeo,
  Plan,
  PriceSpanIndex,    // integer: how many span_bounds are at or before ts; 0 without a time
  ContextTierIndex,  // integer: how many context_bounds are less than the context
  Session,
  QuarterHour,  // integer: floor(ts / 15 minutes); null without a time
  Cwd,
  Remote,
  Branch,
  AgentId,
  IsSidechain,  // 1, or null
  Message,
  TimeBoundIndex,  // integer: how many time_bounds are at or before ts; 0 without a time
};

struct AggregateQuery {
  std::vector<GroupColumn> group_by;
  std::vector<Instant> span_bounds;     // ascending
  std::vector<int64_t> context_bounds;  // ascending
  std::vector<Instant> time_bounds;     // ascending
  // Of the canonical turns; which copy is canonical is decided over the whole ledger before.
  ScanFilter filter;
};

// Count the bounds that are at or before an instant, and those that are less than a context.
inline int64_t bounds_until(const std::vector<Instant>& bounds, Instant instant) {
  return std::upper_bound(bounds.begin(), bounds.end(), instant) - bounds.begin();
}
inline int64_t bounds_below(const std::vector<int64_t>& bounds, int64_t context) {
  return std::lower_bound(bounds.begin(), bounds.end(), context) - bounds.begin();
}

struct GroupSums : TokenCounts {
  int64_t turns = 0;              // model calls: the sum of Turn::calls
  int64_t lower_bound_turns = 0;  // with output_is_lower_bound

  friend bool operator==(const GroupSums&, const GroupSums&) = default;

  GroupSums& operator+=(const GroupSums& other) {
    TokenCounts::operator+=(other);
    turns += other.turns;
    lower_bound_turns += other.lower_bound_turns;
    return *this;
  }
};
// One cell for each of group_by, in its order; they live until the sink returns.
using GroupSink = std::function<void(Row, const GroupSums&)>;

// What a run of a host brought, as the ledger has it.
struct RunCounts {
  std::string run_id;
  std::string host_id;
  Tallies tallies;
};

// What the runs of a host could not use.
struct HostProblems {
  std::string host_id;
  int64_t rejected_lines = 0;
  int64_t unknown_facts = 0;  // RunMark::unknown
};

// One unchanging view of the ledger, however long it is held and whoever writes meanwhile. Of a
// store that is missing: the view of an empty ledger. It must not outlive its adapter.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // Gives every record of a kind that passes the filter, ascending by key. Content that lies before
  // the prune cutoff is not given. Memory does not grow with the result where the store allows it.
  virtual void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) = 0;

  // Groups the canonical turns (LEDGER.md 3) and sums them; every group once, in any order.
  // reference_aggregate() in core says what exactly.
  virtual void aggregate(const AggregateQuery& query, const GroupSink& sink) = 0;

  virtual int64_t count(Kind kind) = 0;
  virtual std::vector<RunCounts> runs() = 0;
  // Returns the sums over all runs of each host that has any; ascending by host.
  virtual std::vector<HostProblems> problems() = 0;
};

struct ContentPrune {
  Instant cutoff;  // content older than this goes
  // Sessions whose content stays whatever its age; may be empty. Asked once per source and session.
  std::function<bool(std::string_view source, std::string_view session_id)> keep;
  bool dry_run = false;
};

class StorageAdapter {
 public:
  virtual ~StorageAdapter() = default;

  // What there is. Creates nothing. SchemaTooNew is thrown by every other method, not here.
  virtual StoreInfo info() = 0;

  // Creates the store or brings its schema up to date, in one transaction where the store has such,
  // one process at a time. A second call changes nothing.
  virtual MigrationResult migrate() = 0;

  // Applies the batch by the merge rule, all or nothing, with its cursors and with the counts of
  // its run; the answer is what this call changed. Records that Batch folded count as duplicates. A
  // record that no schema of this store could hold is set aside: it is in none of these counts, and
  // is added to the run's rejected lines. What only this schema refuses throws Unavailable. A
  // run's last batch, sent again, changes nothing and gives the counts of the first time. The
  // schema must be current. Unavailable also where the store has lost what the batch builds upon
  // (lost_writes.h): a batch that it confirmed, or a cursor that reading went on from.
  virtual Tallies append(const Batch& batch) = 0;

  virtual std::unique_ptr<Snapshot> snapshot() = 0;

  // Every cursor of a host; none where the store is missing.
  virtual std::vector<Cursor> cursors(std::string_view host_id) = 0;

  // Runs `fn` while no other thread, process or host of this ledger runs one under the same name.
  // Its holder may enter again, and may append. Freed when the holder dies. Waits as long as it
  // takes.
  virtual void with_lock(std::string_view name, const std::function<void()>& fn) = 0;

  // Deletes content and keeps it out: what comes in later and lies before the cutoff stays hidden,
  // but in the kept sessions. Gives how many records are (or would be) deleted.
  virtual int64_t prune_content(const ContentPrune& prune) = 0;

  // Takes off the disk what records were before they were replaced, as far as that is the store's
  // to do. A second call finds nothing.
  virtual void vacuum_superseded() = 0;

  // Makes anew what the store derives from its records so that reports are fast. No answer depends
  // on it. Where others do it at the same time, it may be left to them.
  virtual void refresh_summaries() {}
  // Discards that and makes all of it again, whatever became of it.
  virtual void rebuild_summaries() {}

  // How many runs may append at the same time and be faster than one.
  virtual size_t max_writers() const { return 1; }
};

}  // namespace relayburn
