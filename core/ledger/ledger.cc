#include "core/ledger/ledger.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/config/database_url.h"

namespace relayburn {
namespace {

std::string location_of(const Settings& settings, const std::string& storage) {
  if (storage == "sqlite") return settings.sqlite_path();
  if (storage == "file") return settings.file_dir();
  return settings.database_url().value_or("");
}

// Of a path that may be written in several ways; other locations stay as they are.
std::string one_spelling(const std::string& location) {
  if (!location.starts_with('/')) return location;
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::weakly_canonical(location, failure);
  const std::string text = failure ? location : path.string();
  return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

OpenContext open_context(const Settings& settings, const StoreAddress& address, Log& log) {
  OpenContext context;
  context.location =
      address.location.empty() ? location_of(settings, address.storage) : address.location;
  context.schema = settings.database_schema();
  context.pool_size = settings.pool_size();
  context.allow_plaintext_hosts = settings.allow_plaintext_hosts();
  context.log = &log;
  return context;
}

std::string shown_location(const Settings& settings) {
  const std::string storage = settings.storage();
  const std::string location = location_of(settings, storage);
  return storage == "sqlite" || storage == "file" ? location : redact_database_url(location);
}

PluginSearch plugin_search(const Settings& settings) {
  PluginSearch search = PluginSearch::of_process();
  search.flag_dir = settings.plugin_dir_flag();
  search.path = settings.plugin_path_variable();
  search.config_dir = settings.plugin_dir_config();
  return search;
}

Ledger Ledger::open(const Settings& settings, Log& log) {
  return open(settings, {settings.storage(), {}}, log);
}

Ledger Ledger::open(const Settings& settings, const StoreAddress& address, Log& log) {
  const std::string& storage = address.storage;
  PluginLibrary library = PluginLibrary::load(storage, plugin_search(settings));
  auto context = std::make_unique<OpenContext>(open_context(settings, address, log));
  auto adapter = library.open(*context);
  const std::string identity =
      to_hex(hash_key(storage + "|" + one_spelling(context->location) + "|" + context->schema))
          .substr(0, 16);
  return Ledger(storage, identity, std::move(library), std::move(context), std::move(adapter), log);
}

template <class Call>
auto Ledger::guarded(Call call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::Internal, "plugin '" + storage_ + "': " + error.what());
  }
}

StoreInfo Ledger::info() {
  return guarded([&] { return adapter_->info(); });
}

Instant Ledger::present() { return {now().us + info().clock_ahead_us.value_or(0)}; }

MigrationResult Ledger::migrate() {
  return guarded([&] { return adapter_->migrate(); });
}

void Ledger::prepare_to_write() {
  if (info().schema != SchemaState::Current) upgrade();
}

void Ledger::prepare_to_read() {
  if (info().schema == SchemaState::Behind) upgrade();
}

void Ledger::upgrade() {
  const MigrationResult result = migrate();
  if (!result.backup.empty())
    log_->write(LogLevel::Warning,
                "the store was upgraded; its copy before that is " + result.backup);
  refresh_summaries();  // a step may have emptied them
}

Tallies Ledger::append(const Batch& batch) {
  return guarded([&] { return adapter_->append(batch); });
}

std::unique_ptr<Snapshot> Ledger::snapshot() {
  return guarded([&] { return without_forgotten(adapter_->snapshot()); });
}

std::unique_ptr<Snapshot> Ledger::stored_snapshot() {
  return guarded([&] { return adapter_->snapshot(); });
}

void Ledger::rebuild_summaries() {
  guarded([&] { adapter_->rebuild_summaries(); });
}

std::vector<Cursor> Ledger::cursors(std::string_view host_id) {
  return guarded([&] { return adapter_->cursors(host_id); });
}

void Ledger::with_lock(std::string_view name, const std::function<void()>& fn) {
  guarded([&] { adapter_->with_lock(name, fn); });
}

Forgotten Ledger::forgotten() {
  return guarded([&] { return forgotten_of(*adapter_->snapshot()); });
}

Swept Ledger::sweep_forgotten() {
  return guarded([&] { return relayburn::sweep_forgotten(*adapter_); });
}

Swept Ledger::forget(std::span<const Forget> wanted) {
  return guarded([&] { return relayburn::forget(*adapter_, wanted); });
}

int64_t Ledger::prune_content(const ContentPrune& prune) {
  return guarded([&] { return adapter_->prune_content(prune); });
}

void Ledger::refresh_summaries() {
  try {
    guarded([&] { adapter_->refresh_summaries(); });
  } catch (const Error& error) {
    log_->write(
        LogLevel::Warning,
        std::string("reports will be slower: the summary is not up to date: ") + error.what());
  }
}

}  // namespace relayburn
