#include "core/ledger/check_ledger.h"

#include <array>
#include <optional>

#include "core/base/terminal_text.h"
#include "core/ledger/forgetting.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/storage/group_table.h"
#include "core/storage/reference_aggregate.h"

namespace relayburn {
namespace {

// A clock may be ahead by so much before it is named: time zones are a common mistake.
constexpr int64_t kClockSlackUs = int64_t{24} * 3600 * 1'000'000;

const char* const kReadAgain =
    "run 'relayburn ingest --full' on every host whose logs are still there";

std::string name_of(Kind kind) { return std::string(describe(kind).name); }

std::string records_text(int64_t count, Kind kind) {
  return with_thousands(count) + (count == 1 ? " record of kind " : " records of kind ") +
         name_of(kind);
}

// The key that the fields of a record give; null for kinds whose keys have parts that are not
// stored, and for tombstones, which have no fields.
std::optional<Key> key_of_fields(Kind kind, Row row) {
  switch (kind) {
    case Kind::Turn: {
      const Turn turn = from_row<Turn>(row);
      if (turn.is_void) return std::nullopt;
      return turn_key(turn.source, turn.session_id, turn.message_id);
    }
    case Kind::ToolCall: {
      const ToolCall call = from_row<ToolCall>(row);
      // OpenCode's has the message in its key, and its step as the field.
      if (call.is_void || call.source == "opencode") return std::nullopt;
      return tool_call_key(call.source, call.session_id, call.message_id, call.tool_use_id);
    }
    case Kind::Relationship: {
      const Relationship edge = from_row<Relationship>(row);
      if (edge.is_void) return std::nullopt;
      return relationship_key(edge);
    }
    case Kind::Price: {
      const Price price = from_row<Price>(row);
      return price_key(price.provider, price.model, price.from_date);
    }
    case Kind::Stamp: {
      const Stamp stamp = from_row<Stamp>(row);
      if (stamp.is_void) return std::nullopt;
      return stamp_key(stamp);
    }
    default:
      return std::nullopt;
  }
}

class Checks {
 public:
  Checks(Snapshot& stored, Instant now) : stored_(stored), latest_{now.us + kClockSlackUs} {}

  CheckReport run() {
    for (const Kind kind : kAllKinds) check_records(kind);
    for (CheckFinding& finding : check_counts(stored_, rows_))
      report_.findings.push_back(std::move(finding));
    check_summary();
    check_forgotten();
    return std::move(report_);
  }

 private:
  void find(const char* check, std::string problem, std::string remedy = "") {
    report_.findings.push_back({check, std::move(problem), std::move(remedy)});
  }

  void check_records(Kind kind) {
    const KindDescription& description = describe(kind);
    int64_t rows = 0;
    int64_t wrong_keys = 0;
    int64_t future = 0;
    stored_.scan(kind, {}, [&](Row row) {
      ++rows;
      const std::optional<Key> key = key_of_fields(kind, row);
      if (key && *key != row[kIdColumn].key()) ++wrong_keys;
      if (description.time != kNoColumn && row[description.time].integer() > latest_.us) ++future;
      if (kind == Kind::Host) check_clock(from_row<Host>(row));
    });
    report_.records += rows;
    rows_[index_of(kind)] = rows;
    if (wrong_keys > 0)
      find("keys",
           records_text(wrong_keys, kind) + " of " + with_thousands(rows) +
               " stored under a key that their fields do not give",
           "restore the ledger from a backup");
    if (future > 0)
      find("times", records_text(future, kind) + " with a time of more than a day from now",
           "set the clocks of the hosts");
  }

  void check_clock(const Host& host) {
    if (!host.last_ingest || *host.last_ingest <= latest_) return;
    find("times",
         "host " + std::string(host.label) + " said " + format_instant(*host.last_ingest) +
             " when it last ingested",
         "set its clock");
  }

  struct Compared {
    GroupSums summed;   // as the store answers reports
    GroupSums counted;  // from its turns

    Compared& operator+=(const Compared& other) {
      summed += other.summed;
      counted += other.counted;
      return *this;
    }
  };

  void check_summary() {
    AggregateQuery query;
    query.group_by = {GroupColumn::QuarterHour, GroupColumn::Source,  GroupColumn::Model,
                      GroupColumn::ServiceTier, GroupColumn::Speed,   GroupColumn::InferenceGeo,
                      GroupColumn::Plan,        GroupColumn::Session, GroupColumn::Cwd,
                      GroupColumn::Remote,      GroupColumn::Branch,  GroupColumn::AgentId,
                      GroupColumn::IsSidechain};
    GroupTable<Compared> groups;
    Compared total;
    stored_.aggregate(query, [&](Row cells, const GroupSums& sums) {
      groups.add(cells, {sums, {}});
      total += {sums, {}};
    });
    reference_aggregate(
        query, [&](const RowSink& sink) { stored_.scan(Kind::Turn, {}, sink); },
        [&](Row cells, const GroupSums& sums) {
          groups.add(cells, {{}, sums});
          total += {{}, sums};
        });
    int64_t wrong = 0;
    groups.give([&](Row, const Compared& group) { wrong += group.summed != group.counted; });
    if (wrong == 0) return;
    find("summary", "the summary differs from the turns in " + with_thousands(wrong) +
                        " of its groups: it has " + with_thousands(total.summed.turns) +
                        " turns, and there are " + with_thousands(total.counted.turns));
  }

  void check_forgotten() {
    Forgotten forgotten = forgotten_of(stored_);
    if (forgotten.empty()) return;
    const int64_t unswept = would_sweep(stored_, std::move(forgotten)).records;
    if (unswept > 0)
      find("forgotten", with_thousands(unswept) + " records stored still of what was forgotten");
  }

  Snapshot& stored_;
  Instant latest_;
  CheckReport report_;
  std::array<int64_t, kKindCount> rows_{};
};

}  // namespace

// Content is deleted in time; what comes without a run (stamps, forgets, labels) is not counted.
std::vector<CheckFinding> check_counts(Snapshot& stored,
                                       const std::array<int64_t, kKindCount>& rows) {
  Tallies brought{};
  for (const RunCounts& run : stored.runs())
    for (const Kind kind : kAllKinds) brought[index_of(kind)] += run.tallies[index_of(kind)];
  std::vector<CheckFinding> findings;
  for (const Kind kind : kAllKinds) {
    const int64_t inserted = brought[index_of(kind)].inserted;
    if (kind == Kind::Content || rows[index_of(kind)] >= inserted) continue;
    findings.push_back({"records",
                        records_text(inserted, kind) + " stored by the runs, of which " +
                            with_thousands(rows[index_of(kind)]) + " are there",
                        kReadAgain});
  }
  return findings;
}

CheckReport check_ledger(Snapshot& stored, Instant now) { return Checks(stored, now).run(); }

}  // namespace relayburn
