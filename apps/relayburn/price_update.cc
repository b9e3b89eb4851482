#include "apps/relayburn/price_update.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "apps/relayburn/download.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/config/price_source.h"
#include "core/ingest/host_identity.h"
#include "core/pricing/price_words.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/report/build/ledger_prices.h"
#include "core/report/time/zone.h"

namespace relayburn {
namespace {

std::string read_list_file(const std::string& path) {
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  const struct stat status = file.status(path);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::Usage, path + " is no file");
  if (static_cast<uint64_t>(status.st_size) > kMaxDocumentBytes)
    throw Error(ErrorKind::Usage, path + " is longer than 64 MiB");
  std::string text(static_cast<size_t>(status.st_size), '\0');
  text.resize(read_at(file, text.data(), text.size(), 0, path));
  return text;
}

std::string fetch(const std::string& source, const Settings& settings) {
  if (is_url(source)) return download(source, settings.certificate_file());
  try {
    return read_list_file(source);
  } catch (const Error& error) {
    throw Error(ErrorKind::Usage, error.what(), error.hint);
  }
}

// A file that is no list is the user's mistake; a URL may have one later.
ErrorKind kind_of_bad_list(const std::string& source) {
  return is_url(source) ? ErrorKind::Unavailable : ErrorKind::Usage;
}

int64_t day_number(Instant instant) {
  constexpr int64_t kMicrosecondsOfDay = int64_t{86'400} * 1'000'000;
  return instant.us / kMicrosecondsOfDay;
}

Price price_of(const PriceChange& change, const PriceUpdate& update) {
  Price price;
  price.revision = day_number(update.checked_at);
  price.provider = change.provider;
  price.model = change.model;
  if (!change.from_date.empty()) price.from_date = change.from_date;
  price.rates = change.rates;
  price.origin = update.origin;
  price.id = price_key(price.provider, price.model, price.from_date);
  return price;
}

PriceCheck check_of(const PriceUpdate& update) {
  PriceCheck check;
  check.id = key_of({update.origin});
  check.revision = update.checked_at.us;
  check.origin = update.origin;
  check.checked_at = update.checked_at;
  return check;
}

std::optional<Instant> last_check(Snapshot& snapshot) {
  std::optional<Instant> last;
  snapshot.scan(Kind::PriceCheck, {},
                [&](Row row) { last = std::max(last, from_row<PriceCheck>(row).checked_at); });
  return last;
}

// Remembers on this host that the list could not be had: a watch would ask for it every minute.
class FailureMark {
 public:
  explicit FailureMark(const Settings& settings) : path_(settings.home() + "/prices-failed") {}

  bool is_fresh() const {
    constexpr time_t kSeconds = 3600;
    struct stat status;
    if (stat(path_.c_str(), &status) != 0) return false;
    const time_t age = time(nullptr) - status.st_mtime;
    return age >= 0 && age < kSeconds;
  }
  void leave() const {
    const FileHandle file = FileHandle::try_open(path_, O_WRONLY | O_CREAT);
    if (file.is_open()) futimens(file.fd(), nullptr);
  }
  void remove() const { unlink(path_.c_str()); }

 private:
  std::string path_;
};

bool is_due(Ledger& ledger, const std::string& span) {
  const std::optional<Instant> last = last_check(*ledger.snapshot());
  return !last || *last <= parse_time_bound(span, Zone::named("UTC"), now(), "prices_update");
}

void say(const PriceUpdate& update, Log& log) {
  const LearnedPrices& learned = update.learned;
  if (!learned.changes.empty())
    log.write(LogLevel::Info, "prices_update: " + std::to_string(learned.changes.size()) +
                                  " prices learned from " + update.source);
  if (!learned.refused.empty())
    log.write(LogLevel::Warning, "prices_update: " + std::to_string(learned.refused.size()) +
                                     " prices are refused (hint: see relayburn prices update)");
}

}  // namespace

PriceFeed read_price_feed(const std::string& source, const Settings& settings) {
  const std::string text = fetch(source, settings);
  try {
    return parse_price_feed(text);
  } catch (const Error& error) {
    throw Error(kind_of_bad_list(source), without_credentials(source) + ": " + error.what(),
                error.hint);
  }
}

PriceUpdate compare_prices(Ledger& ledger, const std::string& source, const PriceFeed& feed,
                           bool is_forced) {
  PriceUpdate update{without_credentials(source), feed.origin, now(), {}};
  const KnownPrices known = KnownPrices::bundled(learned_prices(*ledger.snapshot()));
  try {
    update.learned = learn_prices(known, feed, {date_of(update.checked_at), is_forced});
  } catch (const Error& error) {
    throw Error(kind_of_bad_list(source), update.source + ": " + error.what(), error.hint);
  }
  return update;
}

void store_prices(Ledger& ledger, const PriceUpdate& update, const Settings& settings) {
  ledger.prepare_to_write();
  Batch batch;
  batch.run = {random_id(), host_id(settings.home(), system_machine_id()), 1};
  for (const PriceChange& change : update.learned.changes) batch.add(price_of(change, update));
  batch.add(check_of(update));
  batch.sort();
  ledger.append(batch);
}

void update_prices_if_due(Ledger& ledger, const CommandContext& session) {
  const std::optional<std::string> span = session.settings.prices_update();
  if (!span) return;
  const FailureMark mark(session.settings);
  try {
    if (mark.is_fresh() || !is_due(ledger, *span)) return;
    const std::string source = session.settings.prices_source().value_or(kUsualPriceSource);
    const PriceFeed feed = read_price_feed(source, session.settings);
    const PriceUpdate update = compare_prices(ledger, source, feed, false);
    store_prices(ledger, update, session.settings);
    mark.remove();
    say(update, session.log);
  } catch (const Error& error) {
    mark.leave();
    session.log.write(LogLevel::Warning, std::string("prices_update: ") + error.what());
  }
}

}  // namespace relayburn
