#pragma once
// Instants: whole microseconds since 1970-01-01T00:00:00Z. Zones are the business of core/report.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

struct Instant {
  int64_t us = 0;
  auto operator<=>(const Instant&) const = default;
};

// Reads an ISO 8601 / RFC 3339 time as agents log it: date, 'T' or blank, hh:mm[:ss[.fraction]],
// then 'Z', an offset (+hh:mm, +hhmm, +hh) or nothing, which means UTC. Digits past the
// microsecond are cut off. Years 0001 to 9999. Anything else: nullopt.
std::optional<Instant> parse_instant(std::string_view text);

// "2026-11-22T13:00:00.123456Z", always six digits: the one spelling of records and exports.
void append_instant(std::string& out, Instant instant);

// "2026-11-22T13:00:00Z"; a fraction only where there is one, without trailing zeros.
std::string format_instant(Instant instant);

Instant now();

}  // namespace relayburn
