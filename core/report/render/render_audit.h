#pragma once
// The sum behind a report, so that anyone can do it again: tokens × rate = cost.

#include <string>

#include "core/base/json_writer.h"
#include "core/report/build/report.h"

namespace relayburn {

// For people; begins with an empty line.
std::string render_audit_text(const UsageReport& report);
// The key "audit" and its array.
void write_audit(JsonWriter& json, const UsageReport& report);

}  // namespace relayburn
