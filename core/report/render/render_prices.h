#pragma once
// A price list, or the part of it that one name is billed at.

#include <optional>
#include <string>
#include <vector>

#include "core/base/json_writer.h"
#include "core/pricing/price_table.h"
#include "core/report/build/report.h"

namespace relayburn {

struct PriceAnswer {
  std::string snapshot;
  PriceSource source;
  std::string override_file;         // empty where there is none
  std::optional<std::string> asked;  // the name, as a log would have it
  std::vector<PriceMatch> matches;   // of one name at most one; without a name the whole list
};

// Writes the keys `source` and `ageDays`.
void write_price_source(JsonWriter& json, const PriceSource& source);

std::string render_prices_text(const PriceAnswer& answer);
// One JSON document with a newline.
std::string render_prices_json(const PriceAnswer& answer);

}  // namespace relayburn
