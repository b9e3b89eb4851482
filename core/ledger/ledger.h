#pragma once
// A ledger of a host: the plugin, its adapter, and what every caller wants of them alike.

#include <memory>
#include <string>

#include "core/config/settings.h"
#include "core/config/store_address.h"
#include "core/ledger/forgetting.h"
#include "core/plugin/plugin_library.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// How to open a store of this address; where it has no location, the settings say it.
OpenContext open_context(const Settings& settings, const StoreAddress& address, Log& log);
// Where the settings have the ledger, for people; holds no secret.
std::string shown_location(const Settings& settings);
PluginSearch plugin_search(const Settings& settings);

// Runs calls into a plugin: what it throws that is no Error becomes Error{Internal} naming it.
class Ledger {
 public:
  // Loads the plugin and opens the store; creates and migrates nothing. `log` outlives it.
  static Ledger open(const Settings& settings, Log& log);
  static Ledger open(const Settings& settings, const StoreAddress& address, Log& log);

  const std::string& storage() const { return storage_; }
  // Tells this store from others on this host; holds no secret.
  const std::string& identity() const { return identity_; }

  StoreInfo info();
  // The time by the clock of the store, which its hosts share; by ours where it has none.
  Instant present();
  MigrationResult migrate();
  // Brings the schema up to date where it is missing or behind.
  void prepare_to_write();
  // The same where it is behind; a missing store stays missing, and reads as an empty one.
  void prepare_to_read();
  Tallies append(const Batch& batch);
  size_t max_writers() const { return adapter_->max_writers(); }
  // What is forgotten is void in it.
  std::unique_ptr<Snapshot> snapshot();
  std::vector<Cursor> cursors(std::string_view host_id);
  void with_lock(std::string_view name, const std::function<void()>& fn);
  int64_t prune_content(const ContentPrune& prune);
  // Returns what is forgotten by now; where the store is missing, nothing.
  Forgotten forgotten();
  Swept sweep_forgotten();
  Swept forget(std::span<const Forget> wanted);
  // Shows what is stored, also of what is forgotten, until it is swept: for checks of the store.
  std::unique_ptr<Snapshot> stored_snapshot();
  // A failure is only said: no answer depends on it.
  void refresh_summaries();
  void rebuild_summaries();

 private:
  Ledger(std::string storage, std::string identity, PluginLibrary library,
         std::unique_ptr<OpenContext> context, std::unique_ptr<StorageAdapter> adapter, Log& log)
      : storage_(std::move(storage)),
        identity_(std::move(identity)),
        library_(std::move(library)),
        context_(std::move(context)),
        adapter_(std::move(adapter)),
        log_(&log) {}

  void upgrade();
  template <class Call>
  auto guarded(Call call);

  std::string storage_;
  std::string identity_;
  PluginLibrary library_;  // before the adapter, which it must outlive
  std::unique_ptr<OpenContext> context_;
  std::unique_ptr<StorageAdapter> adapter_;
  Log* log_;
};

}  // namespace relayburn
