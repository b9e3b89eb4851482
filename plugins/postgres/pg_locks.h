#pragma once
// Named locks of all hosts: transaction-level advisory locks, on a connection that is open as long
// as they are held.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "plugins/postgres/pg_pool.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

class PgLocks {
 public:
  PgLocks(PgPool& pool, const PgSchema& schema) : pool_(pool), schema_(schema) {}

  // Re-entrant: a thread that holds the name runs `fn` at once.
  void with_lock(std::string_view name, const std::function<void()>& fn);

 private:
  // What a thread holds, all in one transaction.
  struct Held {
    PgConnection* connection;
    std::set<std::string, std::less<>> names;
  };

  Held* held_by_this_thread();
  void hold_first(const std::string& name, const std::function<void()>& fn);
  void hold_another(Held& held, const std::string& name, const std::function<void()>& fn);

  PgPool& pool_;
  const PgSchema& schema_;
  std::mutex mutex_;
  std::map<std::thread::id, Held> held_;
};

}  // namespace relayburn
