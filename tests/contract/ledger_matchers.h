#pragma once
// How tests write into a ledger and look into it.

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/storage_adapter.h"

namespace relayburn {

// Appends the records as one batch that belongs to no run.
template <class... Records>
Tallies append(StorageAdapter& ledger, const Records&... records) {
  Batch batch;
  (batch.add(records), ...);
  batch.sort();
  return ledger.append(batch);
}
// Whether it throws Unavailable.
bool is_refused(StorageAdapter& ledger, const Batch& batch);
Tallies append_row(StorageAdapter& ledger, Kind kind, Row row);

inline const Tally& of(const Tallies& tallies, Kind kind) { return tallies[index_of(kind)]; }

std::string record_line(Kind kind, Row row);
// What a scan gives, in its order, in the spelling of exports.
std::vector<std::string> scan_lines(Snapshot& snapshot, Kind kind, const ScanFilter& filter = {});
// One text column of the same, sorted, "(null)" where absent.
std::vector<std::string> scan_texts(Snapshot& snapshot, Kind kind, std::string_view column,
                                    const ScanFilter& filter = {});
std::vector<std::string> message_ids(Snapshot& snapshot, const ScanFilter& filter = {});
std::vector<std::string> bodies(Snapshot& snapshot, const ScanFilter& filter = {});

std::string digest(StorageAdapter& ledger);

// Checks that the snapshot has exactly these records, cell by cell, in the order of their keys.
void check_holds(Snapshot& snapshot, Batch& expected);
void check_holds(StorageAdapter& ledger, Batch& expected);

}  // namespace relayburn

// So that a failed check of counts says them.
namespace Catch {
template <>
struct StringMaker<relayburn::Tally> {
  static std::string convert(const relayburn::Tally& tally) {
    return std::to_string(tally.inserted) + " inserted, " + std::to_string(tally.updated) +
           " updated, " + std::to_string(tally.duplicate) + " duplicate";
  }
};
}  // namespace Catch
