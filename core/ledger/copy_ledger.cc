#include "core/ledger/copy_ledger.h"

namespace relayburn {

Tallies copy_ledger(Snapshot& from, const RunMark& run, Forgotten* forgotten,
                    const std::function<Tallies(const Batch&)>& append) {
  Tallies tallies{};
  Batch batch;
  batch.run = run;
  batch.forgotten = forgotten;
  const auto flush = [&] {
    const Tallies changed = append(batch);
    for (size_t i = 0; i < kKindCount; ++i) tallies[i] += changed[i];
    batch.clear();
  };
  for (const Kind kind : kAllKinds)
    from.scan(kind, {}, [&](Row row) {
      batch.add_row(kind, row);
      if (batch.is_full()) flush();
    });
  if (!batch.empty()) flush();
  return tallies;
}

}  // namespace relayburn
