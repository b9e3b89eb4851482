#pragma once
// What a list of prices teaches a ledger: dated records, so that a price learned today changes no
// day before its date. Pure; the same list, ledger and day always make the same records.

#include <optional>
#include <string>
#include <vector>

#include "core/pricing/known_prices.h"
#include "core/pricing/price_feed.h"

namespace relayburn {

struct PriceChange {
  std::string provider;
  std::string model;
  std::string from_date;              // empty: from the model's first day
  std::string rates;                  // as Price::rates
  std::optional<std::string> before;  // what holds so far on that day, in the same form
  std::vector<std::string> notes;     // what the list leaves out, and what became of it
};

struct LearnedPrices {
  std::vector<PriceChange> changes;    // by provider, model and date
  std::vector<UnusablePrice> refused;  // in the same order
  size_t unchanged = 0;
};

struct LearnOptions {
  std::string day;         // of UTC: "2026-11-28"
  bool is_forced = false;  // takes rates however far from those that hold, and lists however short
};

// A list without dates holds from today; a model that has no price yet has it from its first day
// on where the list states that. Of our own list each price holds from its own date; one without a
// date is taken where the model has no price yet.
//
// Throws Error{Usage} where the list lacks most of the models that are known.
LearnedPrices learn_prices(const KnownPrices& known, const PriceFeed& feed,
                           const LearnOptions& options);

}  // namespace relayburn
