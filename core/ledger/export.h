#pragma once
// The ledger's records as lines (apps/README.md, export): kinds in the order of kinds.h, then by
// key.

#include <functional>
#include <string>
#include <string_view>

#include "core/storage/storage_adapter.h"

namespace relayburn {

// Gives the bytes in pieces, each of whole lines.
void export_records(Snapshot& snapshot, bool with_content,
                    const std::function<void(std::string_view)>& sink);

// Lower-case hex SHA-256 of exactly those bytes: equal for equal ledgers, whatever their backend.
std::string export_digest(Snapshot& snapshot, bool with_content);

}  // namespace relayburn
