#include "core/report/build/ledger_prices.h"

#include <algorithm>

#include "core/pricing/price_words.h"
#include "core/records/described.h"

namespace relayburn {

std::vector<LearnedPrice> learned_prices(Snapshot& snapshot) {
  std::vector<LearnedPrice> learned;
  snapshot.scan(Kind::Price, {}, [&](Row row) {
    const Price price = from_row<Price>(row);
    learned.push_back(
        {std::string(price.provider), std::string(price.model),
         price.from_date ? std::optional<std::string>(*price.from_date) : std::nullopt,
         std::string(price.rates)});
  });
  return learned;
}

std::optional<Instant> last_price_check(Snapshot& snapshot) {
  std::optional<Instant> last;
  snapshot.scan(Kind::PriceCheck, {},
                [&](Row row) { last = std::max(last, from_row<PriceCheck>(row).checked_at); });
  return last;
}

PriceSource price_source(const PriceTable& table, std::optional<Instant> last_check,
                         Instant until) {
  constexpr int64_t kDayUs = 86'400'000'000;
  PriceSource source{table.has_learned(), table.checked(), std::nullopt};
  auto known = parse_instant(table.checked() + "T00:00Z");
  if (last_check && (!known || *known < *last_check)) {
    known = last_check;
    source.checked = date_of(*last_check);
  }
  if (known) source.age_days = std::max<int64_t>(0, (until.us - known->us) / kDayUs);
  return source;
}

}  // namespace relayburn
