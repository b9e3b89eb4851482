#include "plugins/postgres/pg_pool.h"

#include <algorithm>

namespace relayburn {

PgLease::~PgLease() {
  if (connection_) pool_->give_back(std::move(connection_), is_counted_);
}

PgPool::PgPool(const PgEndpoint& target, int size, Log& log)
    : target_(target), size_(static_cast<size_t>(std::max(1, size))), log_(log) {}

std::unique_ptr<PgConnection> PgPool::take_idle() {
  while (!idle_.empty()) {
    std::unique_ptr<PgConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    // The server may have been restarted since.
    if (connection->is_fresh()) return connection;
  }
  return nullptr;
}

PgLease PgPool::connected(std::unique_ptr<PgConnection> idle, bool is_counted) {
  try {
    if (!idle) idle = std::make_unique<PgConnection>(target_, log_);
  } catch (...) {
    give_back(nullptr, is_counted);
    throw;
  }
  return PgLease(*this, std::move(idle), is_counted);
}

PgLease PgPool::lease() {
  std::unique_ptr<PgConnection> idle;
  {
    std::unique_lock lock(mutex_);
    is_returned_.wait(lock, [&] { return counted_ < size_; });
    ++counted_;
    idle = take_idle();
  }
  return connected(std::move(idle), true);
}

PgLease PgPool::lease_to_hold() {
  std::unique_ptr<PgConnection> idle;
  {
    const std::lock_guard lock(mutex_);
    idle = take_idle();
  }
  return connected(std::move(idle), false);
}

void PgPool::give_back(std::unique_ptr<PgConnection> connection, bool is_counted) {
  if (connection && !connection->tidy_up()) connection = nullptr;
  const std::lock_guard lock(mutex_);
  if (connection && idle_.size() < size_) idle_.push_back(std::move(connection));
  if (!is_counted) return;
  --counted_;
  is_returned_.notify_one();
}

}  // namespace relayburn
