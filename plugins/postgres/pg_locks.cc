#include "plugins/postgres/pg_locks.h"

#include "plugins/postgres/pg_error.h"

namespace relayburn {

PgLocks::Held* PgLocks::held_by_this_thread() {
  const std::lock_guard guard(mutex_);
  const auto found = held_.find(std::this_thread::get_id());
  return found == held_.end() ? nullptr : &found->second;
}

void PgLocks::with_lock(std::string_view name, const std::function<void()>& fn) {
  Held* held = held_by_this_thread();
  if (held == nullptr) return hold_first(std::string(name), fn);
  if (held->names.contains(name)) return fn();
  hold_another(*held, std::string(name), fn);
}

void PgLocks::hold_first(const std::string& name, const std::function<void()>& fn) {
  const PgLease lease = pool_.lease_to_hold();
  schema_.refuse_newer(*lease);
  // What an operator sets against hung transactions must not end one that waits or holds.
  const PgStatement take[] = {{"SET LOCAL statement_timeout = 0", {}},
                              {"SET LOCAL lock_timeout = 0", {}},
                              {"SET LOCAL idle_in_transaction_session_timeout = 0", {}},
                              schema_.lock_statement(name)};
  {
    const PgPatience patience(*lease, PgPatience::kEndless);
    lease->begin(Transaction::ReadCommitted, take);
  }
  {
    const std::lock_guard guard(mutex_);
    held_[std::this_thread::get_id()] = {&*lease, {name}};
  }
  struct Leave {
    PgLocks& locks;
    ~Leave() {
      const std::lock_guard guard(locks.mutex_);
      locks.held_.erase(std::this_thread::get_id());
    }
  };
  {
    const Leave leave{*this};
    fn();
  }
  // Frees the lock; and where the connection was lost, somebody else had it meanwhile.
  lease->run({"COMMIT", {}});
}

void PgLocks::hold_another(Held& held, const std::string& name, const std::function<void()>& fn) {
  // Locks that were taken behind a savepoint are freed by going back to it.
  const PgStatement take[] = {{"SAVEPOINT inner_lock", {}}, schema_.lock_statement(name)};
  {
    const PgPatience patience(*held.connection, PgPatience::kEndless);
    held.connection->run_all(take);
  }
  held.names.insert(name);
  struct Free {
    Held& held;
    const std::string& name;
    ~Free() {
      held.names.erase(name);
      try {
        const PgStatement free[] = {{"ROLLBACK TO inner_lock", {}}, {"RELEASE inner_lock", {}}};
        held.connection->run_all(free);
      } catch (const Error&) {
        // The connection is lost, and with it all that it held; the outer lock will say so.
      }
    }
  };
  const Free free{held, name};
  fn();
}

}  // namespace relayburn
