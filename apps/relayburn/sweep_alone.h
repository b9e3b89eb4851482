#pragma once

#include <functional>
#include <string>

#include "core/ledger/ledger.h"

namespace relayburn {

// Runs `change`, which sweeps at its end, as the only forget, copy or repair of this host on the
// ledger. Where it is killed the next ingest sweeps. Throws Error{Conflict} where another one stays
// at work for a minute.
void sweep_alone(const std::string& home, const Ledger& ledger,
                 const std::function<void()>& change);

}  // namespace relayburn
