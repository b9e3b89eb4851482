#!/usr/bin/env bash
# usage: with_partitions.sh COMMAND [ARGUMENT…], inside scripts/with_postgres.sh
# Runs COMMAND with RELAYBURN_TEST_DATABASE_URL naming a database in which every table with a key of one column becomes one of
# hash partitions as it is made, and what migrations do to it later meets that.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"

if [[ -z ${RELAYBURN_TEST_DATABASE_URL:-} || -z ${RELAYBURN_TEST_PG_BIN:-} ]]; then
  say "with_partitions.sh: no test server here; hint: scripts/with_postgres.sh tests/with_partitions.sh COMMAND"
  exit 77
fi

database=partitions_$$
server=$RELAYBURN_TEST_DATABASE_URL

# usage: run_sql URL STATEMENTS
run_sql() {
  "$RELAYBURN_TEST_PG_BIN/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --output=/dev/null "$1" <<<"$2"
}

run_sql "$server" "CREATE DATABASE $database"
trap 'run_sql "$server" "DROP DATABASE $database WITH (FORCE)"' EXIT
RELAYBURN_TEST_DATABASE_URL=${server/\/relayburn\?//$database?}
export RELAYBURN_TEST_DATABASE_URL
run_sql "$RELAYBURN_TEST_DATABASE_URL" "$(<"$repository/tests/partition_every_table.sql")"
"$@"

# That it was so: the rule made at least the tables of one ledger, before it was dropped.
made=$("$RELAYBURN_TEST_PG_BIN/psql" --no-psqlrc --no-align --tuples-only "$RELAYBURN_TEST_DATABASE_URL" \
  --command="SELECT last_value FROM public.tables_split")
((made >= 10)) || die "no table was partitioned"
