#include "plugins/postgres/pg_schema.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

constexpr std::string_view kFunctionsStep = "_functions.";
constexpr size_t kMaxBytesOfAName = 63;
constexpr const char* kRunMigrate =
    "run: relayburn migrate, as a role that owns the schema or may create it";

constexpr const char* kOtherSchema =
    "where the schema is that of another application, set RELAYBURN_DATABASE_SCHEMA to one of its "
    "own";

bool has_control_characters(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; });
}

std::vector<AppliedMigration> applied_of(const PgResult& versions) {
  std::vector<AppliedMigration> applied;
  for (int row = 0; row < versions.rows(); ++row)
    applied.push_back({versions.integer(row, 0), versions.text(row, 1)});
  return applied;
}

int64_t version_of(const std::vector<AppliedMigration>& applied) {
  return applied.empty() ? 0 : applied.back().version;
}

// Returns the last step that only replaces functions.
const Migration& last_functions() {
  const auto& steps = postgres_migrations();
  return *std::find_if(steps.rbegin(), steps.rend(), [](const Migration& step) {
    return std::string_view(step.name).find(kFunctionsStep) != std::string_view::npos;
  });
}

int64_t newest_version() { return postgres_migrations().back().version; }

}  // namespace

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

std::string quoted_without_dollar(std::string_view name) {
  if (name.find('$') == std::string_view::npos) return quoted(name);
  std::string escaped;
  for (const char c : name) escaped += c == '$' ? "\\0024" : c == '\\' ? "\\\\" : std::string(1, c);
  return "U&" + quoted(escaped);
}

std::string rendered(const Migration& step, const std::string& prefix) {
  constexpr std::string_view token = "{{schema}}";
  std::string sql = step.sql;
  for (size_t at = 0; (at = sql.find(token, at)) != std::string::npos; at += prefix.size())
    sql.replace(at, token.size(), prefix);
  return sql;
}

PgSchema::PgSchema(const PgEndpoint& target, std::string name)
    : target_(target), name_(std::move(name)), prefix_(quoted(name_) + '.') {
  std::string storable;
  append_storable(storable, name_);
  if (name_.empty() || name_.size() > kMaxBytesOfAName || name_.starts_with("pg_") ||
      name_ == "information_schema" || has_control_characters(name_) || storable != name_)
    throw Error(
        ErrorKind::Usage, "'" + storable + "' cannot be the name of a schema",
        "set RELAYBURN_DATABASE_SCHEMA to a name of its own: 1 to 63 bytes, not beginning with "
        "pg_, not information_schema");
}

std::string PgSchema::described() const { return target_.name() + ", schema '" + name_ + "'"; }

PgStatement PgSchema::version_query() const {
  return {"SELECT version, sha256, pg_catalog.clock_timestamp() FROM " + prefix_ +
              "schema_versions ORDER BY version",
          {}};
}

void PgSchema::refuse_newer(const PgResult& versions) const {
  check_applied(applied_of(versions), postgres_migrations(), described());
}

void PgSchema::require_current(const PgResult& versions) const {
  refuse_newer(versions);
  if (version_of(applied_of(versions)) < newest_version())
    throw Error(ErrorKind::SchemaTooOld, described() + " is of an older version", kRunMigrate);
}

std::optional<PgResult> PgSchema::versions(PgConnection& connection) const {
  try {
    const PgStatement query = version_query();
    return std::move(connection.read_all({&query, 1}).front());
  } catch (const PgError& error) {
    if (error.sqlstate == kUndefinedTable) return std::nullopt;
    reject_foreign_schema(error);
    throw;
  }
}

void PgSchema::reject_foreign_schema(const PgError& error) const {
  if (error.kind != ErrorKind::Corrupt) return;
  throw PgError(error.sqlstate, described() + " is no ledger: " + error.what(), kOtherSchema);
}

std::optional<std::vector<AppliedMigration>> PgSchema::applied(PgConnection& connection) const {
  const std::optional<PgResult> rows = versions(connection);
  if (!rows) return std::nullopt;
  return applied_of(*rows);
}

void PgSchema::refuse_newer(PgConnection& connection) const {
  if (const auto steps = applied(connection))
    check_applied(*steps, postgres_migrations(), described());
}

void PgSchema::require_exists(PgConnection& connection) const {
  if (!applied(connection))
    throw Error(ErrorKind::Unavailable, described() + ": there is no ledger yet",
                "run: relayburn migrate");
}

StoreInfo PgSchema::info(PgConnection& connection) const {
  StoreInfo info;
  info.location = described();
  info.newest_version = newest_version();
  const Instant before = now();
  const std::optional<PgResult> rows = versions(connection);
  const Instant after = now();
  if (!rows || rows->rows() == 0) return info;
  info.schema_version = version_of(applied_of(*rows));
  // As of the middle of the round trip.
  info.clock_ahead_us = rows->instant(0, 2).us - before.us - (after.us - before.us) / 2;
  if (info.schema_version > 0)
    info.schema =
        info.schema_version < info.newest_version ? SchemaState::Behind : SchemaState::Current;
  return info;
}

// Two numbers: `hashtext` has 32 bits only, so relayburn's locks have a class of their own.
PgStatement PgSchema::lock_statement(std::string_view name) const {
  return {
      "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('relayburn'), "
      "pg_catalog.hashtext($1))",
      {pg_text(name_ + "." + std::string(name))}};
}

// Of what the first step needs, what is not there.
std::vector<PgStatement> PgSchema::foundations(bool has_schema, bool has_versions) const {
  std::vector<PgStatement> statements;
  // CREATE SCHEMA IF NOT EXISTS wants the right to create one also where there is one.
  if (!has_schema) statements.push_back({"CREATE SCHEMA " + quoted(name_), {}});
  if (!has_versions)
    statements.push_back(
        {"CREATE TABLE " + prefix_ +
             "schema_versions (version BIGINT NOT NULL PRIMARY KEY, name pg_catalog.TEXT COLLATE "
             "pg_catalog.\"C\" NOT NULL, sha256 pg_catalog.TEXT COLLATE pg_catalog.\"C\" NOT "
             "NULL, applied_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP)",
         {}});
  return statements;
}

// The steps behind a version, and the rows that tell of them.
std::string PgSchema::script_behind(int64_t version) const {
  std::string script;
  for (const Migration& step : postgres_migrations())
    if (step.version > version) script += rendered(step, script_prefix()) + "\n;\n";
  return script;
}

std::string PgSchema::script_prefix() const { return quoted_without_dollar(name_) + '.'; }

PgStatement PgSchema::renamed_query() const {
  return {
      "SELECT 1 FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = "
      "p.pronamespace WHERE n.nspname = $1 AND p.proname = 'canonical_calls' AND "
      "pg_catalog.strpos(p.prosrc, $2) = 0",
      {pg_text(name_), pg_text("FROM " + script_prefix() + "turn AS t")}};
}

std::vector<PgStatement> PgSchema::version_rows_after(int64_t version) const {
  std::vector<PgStatement> rows;
  for (const Migration& step : postgres_migrations())
    if (step.version > version)
      rows.push_back(
          {"INSERT INTO " + prefix_ + "schema_versions (version, name, sha256) VALUES ($1, $2, $3)",
           {pg_integer(step.version), pg_text(step.name), pg_text(step.sha256)}});
  return rows;
}

// Who but their owner may write to which tables, and whether he may add to them.
PgStatement PgSchema::grants_query() const {
  return {
      "SELECT c.relname, r.rolname, pg_catalog.bool_or(a.privilege_type = 'INSERT') FROM "
      "pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace CROSS "
      "JOIN pg_catalog.aclexplode(c.relacl) AS a JOIN pg_catalog.pg_roles AS r ON r.oid = "
      "a.grantee WHERE n.nspname = $1 AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT' "
      "GROUP BY c.relname, r.rolname",
      {pg_text(name_)}};
}

// Default privileges let every host write to every table.
std::vector<PgStatement> PgSchema::corrections(const PgResult& grants) const {
  std::vector<PgStatement> statements;
  for (int row = 0; row < grants.rows(); ++row) {
    const std::string table = grants.text(row, 0);
    const std::string on = " ON " + prefix_ + quoted(table);
    const std::string role = quoted(grants.bytes(row, 1));
    const bool may_insert = grants.bytes(row, 2)[0] != 0;
    // These are the owner's alone.
    if (table == "schema_versions" || table == "content_cutoff" || table == "content_kept")
      statements.push_back({"REVOKE INSERT, UPDATE, DELETE, TRUNCATE" + on + " FROM " + role, {}});
    // What is derived is made anew by whoever writes records.
    if ((table == "usage_summary" || table == "turn_change") && may_insert)
      statements.push_back({"GRANT DELETE" + on + " TO " + role, {}});
  }
  return statements;
}

// All missing steps in one transaction, so that nobody sees half a schema.
MigrationResult PgSchema::apply_missing(PgConnection& connection) const {
  // Whoever migrates waits for the others as long as it takes; a table that a report reads he does
  // not wait for, because all others would wait behind him.
  const PgStatement begin[] = {
      {"SET LOCAL statement_timeout = 0", {}},
      {"SET LOCAL lock_timeout = 0", {}},
      {"SET LOCAL client_min_messages = warning", {}},
      lock_statement(".migrate"),
      {"SET LOCAL lock_timeout = '10s'", {}},
      {"SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", {pg_text(name_)}},
      {"SELECT 1 FROM pg_catalog.pg_class AS c JOIN "
       "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE "
       "n.nspname = $1 AND c.relname = 'schema_versions'",
       {pg_text(name_)}}};
  const std::vector<PgResult> found = connection.begin(Transaction::ReadCommitted, begin);
  const bool has_schema = found[found.size() - 2].rows() > 0;
  const bool has_versions = found.back().rows() > 0;
  std::vector<PgStatement> statements = foundations(has_schema, has_versions);
  statements.push_back(renamed_query());
  statements.push_back(version_query());
  const std::vector<PgResult> state = connection.run_all(statements);
  const bool is_renamed = state[state.size() - 2].rows() > 0;
  const std::vector<AppliedMigration> steps = applied_of(state.back());
  check_applied(steps, postgres_migrations(), described());
  std::string script = script_behind(version_of(steps));
  if (script.empty() && is_renamed) script = rendered(last_functions(), script_prefix());
  if (!script.empty()) connection.run_script(script);
  statements = version_rows_after(version_of(steps));
  statements.push_back(grants_query());
  statements = corrections(connection.run_all(statements).back());
  statements.push_back({"COMMIT", {}});
  connection.run_all(statements);
  return {version_of(steps), newest_version(), {}};
}

MigrationResult PgSchema::migrate(PgConnection& connection) const {
  // Where there is nothing to do nobody is locked out, and a role without rights can find that out.
  if (const auto steps = applied(connection)) {
    check_applied(*steps, postgres_migrations(), described());
    const PgStatement renamed = renamed_query();
    if (version_of(*steps) == newest_version() &&
        connection.read_all({&renamed, 1}).front().rows() == 0)
      return {newest_version(), newest_version(), {}};
  }
  try {
    return apply_missing(connection);
  } catch (const PgError& error) {
    const bool is_refused = error.kind == ErrorKind::Unauthorized;
    if (!is_refused && error.kind != ErrorKind::Corrupt) throw;
    throw PgError(error.sqlstate,
                  "cannot create or upgrade the ledger in schema '" + name_ + "': " + error.what(),
                  is_refused ? kRunMigrate : kOtherSchema);
  }
}

}  // namespace relayburn
