#include "core/sources/opencode/tolerant_rows.h"

namespace relayburn {

void TolerantRows::query(std::string_view sql, std::span<const Cell> parameters, const Sink& sink) {
  bool is_in_sink = false;
  try {
    rows_.query(sql, parameters, [&](Row row) {
      is_in_sink = true;
      const bool goes_on = sink(row);
      is_in_sink = false;
      return goes_on;
    });
  } catch (const Error& error) {
    if (is_in_sink || error.kind != ErrorKind::Corrupt) throw;
    note(error);
  }
}

bool TolerantRows::is_understood(std::string_view sql) {
  try {
    rows_.query(sql, {}, [](Row) { return false; });
    return true;
  } catch (const Error& error) {
    if (error.kind != ErrorKind::Corrupt) throw;
    return false;
  }
}

void TolerantRows::note(const Error& damage) {
  if (!damage_) damage_ = damage;
  ++damages_;
}

void TolerantRows::throw_damage() const {
  if (damage_) throw Error(*damage_);
}

}  // namespace relayburn
