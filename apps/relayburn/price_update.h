#pragma once
// Learns list prices into a ledger: for `prices update`, and for an ingest where prices_update says
// so.

#include <string>
#include <vector>

#include "apps/relayburn/commands.h"
#include "core/ledger/ledger.h"
#include "core/pricing/learn_prices.h"

namespace relayburn {

inline constexpr const char* kUsualPriceSource = "https://models.dev/api.json";

struct PriceUpdate {
  std::string source;  // as it may be shown
  std::string origin;  // which list it is
  Instant checked_at;
  LearnedPrices learned;
};

// Returns the list at a URL or in a file. Throws Error: Unavailable where a URL cannot be had or is
// no list, Usage where a file is not.
PriceFeed read_price_feed(const std::string& source, const Settings& settings);

// Compares the list with the prices that hold in the ledger. Writes nothing.
PriceUpdate compare_prices(Ledger& ledger, const std::string& source, const PriceFeed& feed,
                           bool is_forced);

// Stores what was learned, and that it was looked for, in one append.
void store_prices(Ledger& ledger, const PriceUpdate& update, const Settings& settings);

// Does all of that where prices_update is set and the ledger's last check, by any host, is older.
// A failure is a warning; this host tries again in an hour.
void update_prices_if_due(Ledger& ledger, const CommandContext& session);

std::string render_text(const PriceUpdate& update);
std::string render_json(const PriceUpdate& update, bool is_written);

}  // namespace relayburn
