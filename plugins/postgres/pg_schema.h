#pragma once
// The schema in the database: its name, its version, its migrations.

#include <optional>
#include <string>
#include <vector>

#include "core/sql/migration.h"
#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_error.h"

namespace relayburn {

const std::vector<Migration>& postgres_migrations();

// A name in double quotes.
std::string quoted(std::string_view name);
// Returns the same for SQL that may be the body of a function. A dollar in the name could end the
// body's dollar quotes, so it is written as an escape.
std::string quoted_without_dollar(std::string_view name);
// The SQL that creates a schema's tables, for this schema.
std::string rendered(const Migration& step, const std::string& prefix);

class PgSchema {
 public:
  // Throws Error{Usage} for a name that PostgreSQL does not take.
  PgSchema(const PgEndpoint& target, std::string name);

  // What stands before the name of a table: "\"relayburn\".".
  const std::string& prefix() const { return prefix_; }
  // For messages.
  std::string described() const;

  // Goes into the first pipeline of a call. It fails with kUndefinedTable where there is no ledger.
  PgStatement version_query() const;
  // Checks that query's result. Throws SchemaTooNew, Corrupt; SchemaTooOld if steps are missing.
  void require_current(const PgResult& versions) const;
  // Throws only the first two.
  void refuse_newer(const PgResult& versions) const;
  // The same for whoever has no pipeline of his own; a ledger that is missing is fine.
  void refuse_newer(PgConnection& connection) const;

  // Throws Unavailable where there is no ledger at all.
  void require_exists(PgConnection& connection) const;

  StoreInfo info(PgConnection& connection) const;
  MigrationResult migrate(PgConnection& connection) const;

  // The transaction-level lock of this name in this schema. Names of our own begin with a dot.
  PgStatement lock_statement(std::string_view name) const;
  // Throws where a statement failed because the schema is another application's.
  void reject_foreign_schema(const PgError& error) const;

 private:
  std::optional<std::vector<AppliedMigration>> applied(PgConnection& connection) const;
  std::optional<PgResult> versions(PgConnection& connection) const;
  MigrationResult apply_missing(PgConnection& connection) const;
  std::vector<PgStatement> foundations(bool has_schema, bool has_versions) const;
  // Returns what precedes the name of a table in a script.
  std::string script_prefix() const;
  // Returns a row if the function of the views still names the schema as it was before a rename.
  PgStatement renamed_query() const;
  std::string script_behind(int64_t version) const;
  std::vector<PgStatement> version_rows_after(int64_t version) const;
  PgStatement grants_query() const;
  std::vector<PgStatement> corrections(const PgResult& grants) const;

  const PgEndpoint& target_;
  std::string name_;
  std::string prefix_;
};

}  // namespace relayburn
