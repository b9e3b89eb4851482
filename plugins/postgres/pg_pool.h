#pragma once
// Connections, kept for the next call. Threads share one pool.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "plugins/postgres/pg_connection.h"

namespace relayburn {

class PgPool;

// A connection for as long as it lives; then the pool has it back.
class PgLease {
 public:
  PgLease(PgPool& pool, std::unique_ptr<PgConnection> connection, bool is_counted)
      : pool_(&pool), connection_(std::move(connection)), is_counted_(is_counted) {}
  PgLease(PgLease&&) = default;
  PgLease& operator=(PgLease&&) = delete;
  ~PgLease();

  PgConnection& operator*() const { return *connection_; }
  PgConnection* operator->() const { return connection_.get(); }

 private:
  PgPool* pool_;
  std::unique_ptr<PgConnection> connection_;
  bool is_counted_;
};

class PgPool {
 public:
  // The target and the log outlive it.
  PgPool(const PgEndpoint& target, int size, Log& log);

  size_t size() const { return size_; }

  // For one call: waits while `size` such leases are out.
  PgLease lease();
  // For what holds a transaction open over other calls, a snapshot or a lock: waits for nobody, or
  // its holder could wait for itself.
  PgLease lease_to_hold();

 private:
  friend class PgLease;
  std::unique_ptr<PgConnection> take_idle();
  PgLease connected(std::unique_ptr<PgConnection> idle, bool is_counted);
  void give_back(std::unique_ptr<PgConnection> connection, bool is_counted);

  const PgEndpoint& target_;
  const size_t size_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable is_returned_;
  size_t counted_ = 0;
  std::vector<std::unique_ptr<PgConnection>> idle_;
};

}  // namespace relayburn
