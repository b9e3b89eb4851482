// The steps of migrations/, and one more.

#include "core/sql/migration.h"

namespace relayburn {

const std::vector<Migration>& todays_migrations();
const std::vector<Migration>& sqlite_migrations();

const std::vector<Migration>& sqlite_migrations() {
  static const std::vector<Migration> steps = [] {
    std::vector<Migration> later = todays_migrations();
    later.push_back(
        {later.back().version + 1, "later.sql", "no file has this",
         "ALTER TABLE turn ADD COLUMN later TEXT; CREATE INDEX turn_later ON turn (ts);"});
    return later;
  }();
  return steps;
}

}  // namespace relayburn
