#include "plugins/postgres/pg_statistics.h"

namespace relayburn {

void take_statistics(PgConnection& connection, const PgSchema& schema) {
  std::string tables = schema.prefix() + "usage_summary";
  for (const Kind kind : kAllKinds) tables += ", " + schema.prefix() + quoted(describe(kind).name);
  // It warns of each table that is another role's.
  const PgStatement statements[] = {
      {"SET LOCAL client_min_messages = error", {}}, {"ANALYZE " + tables, {}}, {"COMMIT", {}}};
  connection.begin(Transaction::ReadCommitted, statements);
}

}  // namespace relayburn
