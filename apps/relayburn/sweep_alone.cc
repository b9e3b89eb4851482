#include "apps/relayburn/sweep_alone.h"

#include "core/base/error.h"
#include "core/ingest/run_lock.h"

namespace relayburn {

void sweep_alone(const std::string& home, const Ledger& ledger,
                 const std::function<void()>& change) {
  constexpr int kWaitForOtherMs = 60000;
  RunLock sweeps(home, ledger.identity(), RunKind::Sweep);
  if (!sweeps.acquire(kWaitForOtherMs))
    throw Error(ErrorKind::Conflict, "another forget or copy into this ledger is at work",
                "nothing was changed: run again when it has ended");
  sweeps.begin({});  // whoever ends it must look at everything
  change();
  sweeps.end();
}

}  // namespace relayburn
