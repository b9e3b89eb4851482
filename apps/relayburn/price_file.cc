#include "apps/relayburn/price_file.h"

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {

std::string price_file(const Settings& settings) { return settings.home() + "/prices.json"; }

PriceTable load_prices(const Settings& settings) {
  const std::string path = price_file(settings);
  if (!exists(path)) return PriceTable::embedded();
  std::string json;
  try {
    json = read_whole_file(path);
  } catch (const Error& error) {
    throw Error(ErrorKind::Usage, error.what(), "it overrides list prices: mend or remove it");
  }
  return PriceTable::embedded().with_overrides(json, path);
}

}  // namespace relayburn
