#include "core/sql/migration.h"

namespace relayburn {

void check_applied(const std::vector<AppliedMigration>& applied,
                   const std::vector<Migration>& known, const std::string& store) {
  const int64_t newest = known.back().version;
  for (const AppliedMigration& step : applied) {
    if (step.version > newest)
      throw Error(ErrorKind::SchemaTooNew,
                  store + " has schema version " + std::to_string(step.version) +
                      ", this relayburn knows versions up to " + std::to_string(newest),
                  "install the newer relayburn that upgraded it");
    for (const Migration& ours : known)
      if (ours.version == step.version && step.sha256 != ours.sha256)
        throw Error(ErrorKind::Corrupt, store + ": schema version " + std::to_string(step.version) +
                                            " was not made by the " + ours.name +
                                            " that this relayburn has");
  }
}

}  // namespace relayburn
