// What people write: config.toml, bounds of time, decimals, instants. Wrong is Error{Usage} or
// nothing.

#include "core/base/instant.h"
#include "core/config/config_file.h"
#include "core/pricing/decimal.h"
#include "core/report/time/zone.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const Zone zone = Zone::named("Europe/Berlin");
  parse_instant(bytes);
  scaled_decimal(bytes, 12);
  const MemoryFile file(bytes);
  try {
    read_config_file(file.path());
  } catch (const Error& error) {
    require(error.kind == ErrorKind::Usage, "a broken configuration is wrong usage");
  }
  try {
    parse_time_bound(bytes, zone, {1'800'000'000'000'000}, "--since");
  } catch (const Error& error) {
    require(error.kind == ErrorKind::Usage, "a broken bound is wrong usage");
  }
  return 0;
}
