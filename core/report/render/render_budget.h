#pragma once

#include <string>

#include "core/base/json_writer.h"
#include "core/report/build/report.h"

namespace relayburn {

// One line for people.
std::string render_budget_text(const BudgetReport& report);
// The key "budget" and its object.
void write_budget(JsonWriter& json, const BudgetReport& report);

}  // namespace relayburn
