#!/usr/bin/env bash
# usage: with_postgres.sh COMMAND [ARGUMENT…]
# Runs COMMAND with a throw-away PostgreSQL server of its own, which ends with it. Try: with_postgres.sh bash
# Its environment then has
#   RELAYBURN_DATABASE_URL        database relayburn, as superuser, over a socket
#   RELAYBURN_TEST_DATABASE_URL   the same: tests never write to what a caller's RELAYBURN_DATABASE_URL names
#   RELAYBURN_TEST_TCP_URL        the same over TCP on 127.0.0.1, with the password that takes there; TLS is on
#   RELAYBURN_TEST_SERVER_LOG     the server's log, with every DDL statement and its application_name
#   RELAYBURN_TEST_PGDATA, RELAYBURN_TEST_PG_BIN   the data directory; the folder of pg_ctl and its like
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
. "$repository/scripts/lib/server.sh"

if (($# == 0)); then
  say "usage: with_postgres.sh COMMAND [ARGUMENT…]"
  exit 2
fi

# What the caller set for another server, PGOPTIONS say, is not meant for this one.
unset "${!PG@}"

find_binaries() {
  local folder
  folder=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort --version-sort | tail -n 1)
  folder=${folder%/initdb}
  [[ -x $folder/initdb ]] || folder=$(pg_config --bindir 2>/dev/null) || folder=
  [[ -x $folder/initdb && -x $folder/postgres ]] ||
    die "there is no PostgreSQL server; hint: apt-get install postgresql"
  printf %s "$folder"
}

make_cluster() {
  printf %s "$password" | as_server_user tee "$server_folder/password" >/dev/null
  as_server_user "$binaries/initdb" --pgdata="$data" --username=postgres --pwfile="$server_folder/password" \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --no-sync --no-instructions
  as_server_user openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$data/server.key" -out "$data/server.crt"
  as_server_user tee -a "$data/postgresql.conf" >/dev/null <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '${server_folder//\'/\'\'}'
max_connections = 200
fsync = off
full_page_writes = off
ssl = on
log_statement = ddl
log_line_prefix = '%m [%p] %q[%a] '
timezone = 'UTC'
END
}

# Another one may listen on the port that was drawn.
start_server() {
  local attempt
  for attempt in 1 2 3 4 5; do
    port=$((RANDOM % 20000 + 12000))
    as_server_user tee "$data/postgresql.auto.conf" <<<"port = $port" >/dev/null
    if as_server_user "$binaries/pg_ctl" start --silent --wait --pgdata="$data" --log="$log"; then
      return
    fi
    grep -q 'Is another postmaster already running' "$log" || break
  done
  tail -n 20 -- "$log"
  return 1
}

create_database() {
  "$binaries/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "host='$server_folder' port=$port user=postgres dbname=postgres" \
    --command='CREATE DATABASE relayburn'
}

# usage: quietly COMMAND…; what it prints is shown only when it fails
quietly() {
  "$@" >"$server_folder/output" 2>&1 </dev/null && return
  cat -- "$server_folder/output" >&2
  die "cannot start a PostgreSQL server"
}

binaries=$(find_binaries)
require_server_user
make_server_folder pg
data=$server_folder/data log=$server_folder/server.log
end_server_with_me "$server_folder" "$data/postmaster.pid" "$data"
password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
quietly make_cluster
quietly start_server
quietly create_database

RELAYBURN_DATABASE_URL="postgresql://postgres@/relayburn?host=$(percent_encode "$server_folder")&port=$port"
export RELAYBURN_DATABASE_URL
export RELAYBURN_TEST_DATABASE_URL=$RELAYBURN_DATABASE_URL
export RELAYBURN_TEST_TCP_URL="postgresql://postgres:$password@127.0.0.1:$port/relayburn"
export RELAYBURN_TEST_SERVER_LOG=$log RELAYBURN_TEST_PGDATA=$data RELAYBURN_TEST_PG_BIN=$binaries
if [[ -t 0 && -t 2 ]]; then
  # shellcheck disable=SC2016  # to be typed as it stands
  say 'a PostgreSQL server of your own until you leave: psql "$RELAYBURN_DATABASE_URL"'
fi
run_to_the_end "$@"
