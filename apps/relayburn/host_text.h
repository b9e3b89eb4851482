#pragma once

#include <string>

#include "core/base/json_writer.h"
#include "core/ledger/known_hosts.h"

namespace relayburn {

// One object.
void write_host(JsonWriter& json, const KnownHost& host);
// "2026-11-22T13:00:00Z", or "never"
std::string last_ingest_text(const KnownHost& host);
// "40 s", "5 min", "3 h", "20 d": whole units, rounded down.
std::string span_text(int64_t us);
// Its label, and in brackets what it calls itself, where that is another one.
std::string label_text(const KnownHost& host);

}  // namespace relayburn
