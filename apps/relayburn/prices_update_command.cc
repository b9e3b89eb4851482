#include "apps/relayburn/output.h"
#include "apps/relayburn/price_update.h"

namespace relayburn {
namespace {

int exit_code(const LearnedPrices& learned, bool only_checks) {
  if (only_checks && !learned.changes.empty()) return kFailed;
  return learned.refused.empty() ? kDone : kPartial;
}

}  // namespace

int run(const PricesUpdateCommand& command, const CommandContext& session) {
  const std::string source =
      command.from.value_or(session.settings.prices_source().value_or(kUsualPriceSource));
  // First, so that a list that cannot be had leaves no trace.
  const PriceFeed feed = read_price_feed(source, session.settings);
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  const PriceUpdate update = compare_prices(ledger, source, feed, command.is_forced);
  if (!command.only_checks) store_prices(ledger, update, session.settings);
  const int code = exit_code(update.learned, command.only_checks);
  if (command.prints_json) return print_and_return(render_json(update, !command.only_checks), code);
  return session.settings.is_quiet() ? code : print_and_return(render_text(update), code);
}

}  // namespace relayburn
