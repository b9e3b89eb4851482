#include "apps/relayburn/price_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/report/build/ledger_prices.h"

namespace relayburn {
namespace {

PriceTable with_price_file(const PriceTable& table, const Settings& settings) {
  const std::string path = price_file(settings);
  if (!exists(path)) return table;
  std::string json;
  try {
    json = read_whole_file(path);
  } catch (const Error& error) {
    throw Error(ErrorKind::Usage, error.what(), "it overrides list prices: mend or remove it");
  }
  return table.with_overrides(json, path);
}

}  // namespace

std::string price_file(const Settings& settings) { return settings.home() + "/prices.json"; }

LoadedPrices load_prices(const Settings& settings, Snapshot& ledger, Instant until, Log& log) {
  const std::vector<LearnedPrice> learned = learned_prices(ledger);
  if (learned.empty()) {
    LoadedPrices loaded = load_prices(settings, until);
    loaded.source = price_source(loaded.table, last_price_check(ledger), until);
    return loaded;
  }
  std::vector<std::string> problems;
  const PriceTable base = PriceTable::embedded().with_learned(learned, problems);
  for (const std::string& problem : problems)
    log.write(LogLevel::Warning, "a price of the ledger is not used: " + problem);
  PriceTable table = with_price_file(base, settings);
  PriceSource source = price_source(table, last_price_check(ledger), until);
  return {std::move(table), std::move(source)};
}

LoadedPrices load_prices(const Settings& settings, Instant until) {
  PriceTable table = with_price_file(PriceTable::embedded(), settings);
  PriceSource source = price_source(table, std::nullopt, until);
  return {std::move(table), std::move(source)};
}

}  // namespace relayburn
