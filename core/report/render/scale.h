#pragma once
// Numbers for charts: only as exact as an eye is. What is spent is never computed here.

#include <string>

#include "core/report/build/report.h"

namespace relayburn {

// What bars show: cost, or tokens where nothing has a price.
enum class Measure { Cost, Tokens };
Measure measure_of(const Figures& totals);
double amount(const Figures& figures, Measure measure);

// The least round number (1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten) that is not less; 1 for 0.
double round_ceiling(double value);

// A tick of an axis: "$0.50", "$25", "$1.5k"; "25M" for tokens.
std::string tick_text(double value, Measure measure);
// Four characters at most, without a sign of the currency: "0.25", "12.3", "123", "1.2k".
std::string compact_text(double value, Measure measure);

// Whole per cent, "<1 %" for what is little and not nothing.
std::string percent_text(double share);

// Of what was read into contexts, the share that came from the cache.
double cache_share(const Figures& figures);

}  // namespace relayburn
