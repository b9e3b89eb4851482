#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/price_file.h"
#include "core/base/error.h"
#include "core/ledger/ledger.h"
#include "core/report/render/render_prices.h"

namespace relayburn {
namespace {

std::vector<PriceMatch> wanted(const PriceTable& prices, const PricesCommand& command) {
  if (!command.model.empty()) {
    PriceMatch match = prices.find(command.source, command.model);
    return match.price ? std::vector{std::move(match)} : std::vector<PriceMatch>{};
  }
  std::vector<PriceMatch> all;
  for (const ModelPrice& price : prices.models()) all.push_back({&price, {}});
  return all;
}

// A ledger that cannot be reached costs only what it learned: the bundled list needs none.
LoadedPrices prices_of(const CommandContext& session) {
  try {
    Ledger ledger = Ledger::open(session.settings, session.log);
    ledger.prepare_to_read();
    const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
    return load_prices(session.settings, *snapshot, now(), session.log);
  } catch (const Error& error) {
    if (error.kind == ErrorKind::Usage) throw;
    session.log.write(LogLevel::Warning,
                      std::string("without what the ledger learned: ") + error.what());
    return load_prices(session.settings, now());
  }
}

}  // namespace

int run(const PricesCommand& command, const CommandContext& session) {
  const LoadedPrices loaded = prices_of(session);
  const PriceTable& prices = loaded.table;
  PriceAnswer answer;
  answer.snapshot = prices.snapshot();
  answer.source = loaded.source;
  if (prices.has_overrides()) answer.override_file = price_file(session.settings);
  if (!command.model.empty()) answer.asked = command.model;
  answer.matches = wanted(prices, command);
  if (!answer.matches.empty())
    return print_and_return(
        command.prints_json ? render_prices_json(answer) : render_prices_text(answer), kDone);
  if (command.prints_json) print(render_prices_json(answer));
  session.log.write(LogLevel::Error, "no price is listed for '" + command.model +
                                         "' (hint: state one in " + price_file(session.settings) +
                                         ")");
  return kFailed;
}

}  // namespace relayburn
