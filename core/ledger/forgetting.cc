#include "core/ledger/forgetting.h"

#include <array>
#include <utility>

#include "core/records/described.h"
#include "core/storage/reference_aggregate.h"

namespace relayburn {
namespace {

class RedactingSnapshot : public Snapshot {
 public:
  RedactingSnapshot(std::unique_ptr<Snapshot> snapshot, Forgotten forgotten)
      : snapshot_(std::move(snapshot)), forgotten_(std::move(forgotten)) {}

  void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) override {
    std::array<Cell, kMaxColumns> cells;
    snapshot_->scan(kind, filter, [&](Row row) {
      const bool is_forgotten = forgotten_.covers(kind, row);
      if (kind == Kind::Content && (is_forgotten || is_forget_tombstone(row))) return;
      if (!is_forgotten) return sink(row);
      to_void(kind, row, cells);
      sink({cells.data(), row.size()});
    });
  }

  void aggregate(const AggregateQuery& query, const GroupSink& sink) override {
    if (is_swept()) return snapshot_->aggregate(query, sink);
    reference_aggregate(
        query, [this](const RowSink& turns) { scan(Kind::Turn, {}, turns); }, sink);
  }

  int64_t count(Kind kind) override {
    if (kind != Kind::Content) return snapshot_->count(kind);
    int64_t count = 0;
    scan(kind, {}, [&](Row) { ++count; });
    return count;
  }

  std::vector<RunCounts> runs() override { return snapshot_->runs(); }
  std::vector<HostProblems> problems() override { return snapshot_->problems(); }

 private:
  // No turn that counts is of what is forgotten.
  bool is_swept() {
    if (is_swept_) return *is_swept_;
    is_swept_ = true;
    AggregateQuery query;
    query.group_by = {GroupColumn::Session, GroupColumn::Cwd, GroupColumn::Remote};
    snapshot_->aggregate(query, [&](Row group, const GroupSums&) {
      if (forgotten_.covers_turns(group[0], group[1], group[2])) is_swept_ = false;
    });
    return *is_swept_;
  }

  std::unique_ptr<Snapshot> snapshot_;
  Forgotten forgotten_;
  std::optional<bool> is_swept_;
};

// Those of forgotten projects that are not forgotten themselves; they are from now on.
std::vector<Forget> sessions_of_projects(Snapshot& snapshot, Forgotten& forgotten) {
  std::vector<Forget> sessions;
  for (const Kind kind : {Kind::Turn, Kind::Sighting})
    snapshot.scan(kind, {}, [&](Row row) {
      const std::optional<Forget> session = forgotten.session_of_project(kind, row);
      if (session) sessions.push_back(*session);
    });
  return sessions;
}

// What is forgotten and not yet void. Of it only keys are held, however much it is.
class Findings {
 public:
  Findings(Snapshot& snapshot, Forgotten forgotten)
      : sessions_(sessions_of_projects(snapshot, forgotten)) {
    for (const Kind kind : kAllKinds)
      snapshot.scan(kind, {}, [&](Row row) {
        if (is_forget_tombstone(row) || !forgotten.covers(kind, row)) return;
        records_.push_back({kind, row[kIdColumn].key(), std::string(host_of(kind, row))});
      });
  }

  Swept counts() const {
    return {static_cast<int64_t>(sessions_.size()), static_cast<int64_t>(records_.size())};
  }

  void append_to(StorageAdapter& ledger) const {
    Batch batch;
    const auto flush = [&] {
      batch.sort();
      ledger.append(batch);
      batch.clear();
    };
    for (const Forget& session : sessions_) batch.add(session);
    for (const Record& record : records_) {
      batch.add_void(record.kind, record.id, record.host);
      if (batch.is_full()) flush();
    }
    if (!batch.empty()) flush();
  }

 private:
  struct Record {
    Kind kind;
    Key id;
    std::string host;  // of a sighting
  };
  static std::string_view host_of(Kind kind, Row row) {
    return kind == Kind::Sighting ? from_row<Sighting>(row).host_id : std::string_view();
  }

  std::vector<Forget> sessions_;
  std::vector<Record> records_;
};

}  // namespace

Forgotten forgotten_of(Snapshot& snapshot) {
  Forgotten forgotten;
  snapshot.scan(Kind::Forget, {}, [&](Row row) { forgotten.add(row[kIdColumn].key()); });
  return forgotten;
}

std::unique_ptr<Snapshot> without_forgotten(std::unique_ptr<Snapshot> snapshot) {
  Forgotten forgotten = forgotten_of(*snapshot);
  if (forgotten.empty()) return snapshot;
  return std::make_unique<RedactingSnapshot>(std::move(snapshot), std::move(forgotten));
}

Swept sweep_forgotten(StorageAdapter& ledger) {
  std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  Forgotten forgotten = forgotten_of(*snapshot);
  if (forgotten.empty()) return {};
  const Findings findings(*snapshot, std::move(forgotten));
  snapshot.reset();  // some stores let nobody write while one reads
  findings.append_to(ledger);
  // Also where nothing is left to void: an earlier sweep may have been cut short here. Summaries
  // name sessions and folders.
  ledger.refresh_summaries();
  ledger.vacuum_superseded();
  return findings.counts();
}

Swept forget(StorageAdapter& ledger, std::span<const Forget> wanted) {
  Batch batch;
  Forgotten forgotten;
  for (const Forget& each : wanted) {
    batch.add(each);
    forgotten.add(each.id);
  }
  const std::vector<Forget> sessions = sessions_of_projects(*ledger.snapshot(), forgotten);
  for (const Forget& session : sessions) batch.add(session);
  batch.sort();
  ledger.append(batch);
  Swept swept = sweep_forgotten(ledger);
  swept.sessions += static_cast<int64_t>(sessions.size());
  return swept;
}

Swept would_sweep(Snapshot& snapshot, Forgotten forgotten) {
  return Findings(snapshot, std::move(forgotten)).counts();
}

}  // namespace relayburn
