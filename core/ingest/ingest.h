#pragma once
// discover → read → batch → append. Cursors of this host come from the ledger and go back with the
// batch that holds the last records before them (LEDGER.md 4).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/ingest/discover.h"
#include "core/records/batch.h"
#include "core/records/forgotten.h"
#include "core/records/stamps.h"
#include "core/sources/projects.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

struct IngestIssue {
  std::string path;
  int64_t line = 0;  // 0: of the file as a whole
  std::string problem;
};

struct IngestSummary {
  struct Files {
    int64_t found = 0;
    int64_t read = 0;
    int64_t unchanged = 0;
    int64_t failed = 0;
  } files;
  int64_t bytes_read = 0;
  int64_t lines_read = 0;
  int64_t lines_rejected = 0;
  Tallies tallies{};
  int64_t records_refused = 0;      // by the store, which counts them as rejected
  bool has_reported_host = false;   // the ledger was told of this host
  std::vector<IngestIssue> issues;  // at most kMaxIssues
  int64_t issues_omitted = 0;
};
inline constexpr size_t kMaxIssues = 100;

struct IngestProgress {
  int64_t bytes_done = 0;
  int64_t bytes_total = 0;
  int64_t files_done = 0;
  int64_t files_total = 0;
};

struct IngestOptions {
  std::vector<const Source*> sources;
  std::vector<std::string> paths;  // empty: the usual places
  SourceEnvironment environment;
  bool is_full = false;  // reads every log from its start
  bool keeps_content = false;
  // Of all writers together. Keys are random, so each batch touches all of an index: of a large
  // ledger few large ones cost much less.
  size_t batch_rows = 4 * Batch::kMaxRows;
  OpenRows open_rows = {};
  ProjectLists project_lists;
  std::optional<AnonymousNames> anonymous_names;  // what projects are called; else as they are
  Enrichment tags;                                // stamped on every session that is read
  std::string host_id;
  std::string host_label;
  bool reports_host = false;  // also where nothing is new
  int64_t host_revision = 0;  // of what the host tells of itself; 0: the time
  std::function<void(const IngestProgress&)>
      progress;  // may be empty; called after each batch and file
};

// What ingest needs of a ledger.
class IngestStore {
 public:
  virtual ~IngestStore() = default;
  virtual std::vector<Cursor> cursors(std::string_view host_id) = 0;
  virtual Tallies append(const Batch& batch) = 0;
  // How many threads may append at once.
  virtual size_t max_writers() const { return 1; }
  // Returns what is forgotten by now. The run voids it, but not what came in before it was.
  virtual Forgotten forgotten() { return {}; }
};

// One pass over the logs; adds to `summary`, also when it throws.
void ingest(const IngestOptions& options, IngestStore& store, IngestSummary& summary);

}  // namespace relayburn
