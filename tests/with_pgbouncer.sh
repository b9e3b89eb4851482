#!/usr/bin/env bash
# usage: with_pgbouncer.sh COMMAND [ARGUMENT…], inside scripts/with_postgres.sh
# Runs COMMAND with a PgBouncer in transaction mode before the server: RELAYBURN_TEST_DATABASE_URL goes
# through it, RELAYBURN_TEST_DIRECT_URL past it. It listens on 127.0.0.1 too, there without TLS:
# RELAYBURN_TEST_PLAINTEXT_PORT. It has at most RELAYBURN_TEST_POOL_SIZE connections to the server (50).
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"
. "$repository/scripts/lib/server.sh"

if [[ -z ${RELAYBURN_TEST_DATABASE_URL:-} || -z ${RELAYBURN_TEST_PGDATA:-} ]]; then
  say "with_pgbouncer.sh: no test server here; hint: scripts/with_postgres.sh tests/with_pgbouncer.sh COMMAND"
  exit 77
fi
pgbouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || {
  say "there is no pgbouncer; hint: apt-get install pgbouncer"
  case ",${RELAYBURN_REQUIRE_BACKENDS:-}," in *,postgres,*) exit 1 ;; esac
  exit 77
}

# usage: quoted TEXT; as a value in a connection string
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

configure() {
  as_server_user tee "$server_folder/pgbouncer.ini" >/dev/null <<END
[databases]
* = host=$(quoted "$(dirname -- "$RELAYBURN_TEST_PGDATA")") port=$server_port user=postgres

[pgbouncer]
pool_mode = transaction
default_pool_size = ${RELAYBURN_TEST_POOL_SIZE:-50}
max_client_conn = 500
auth_type = any
admin_users = postgres
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir = $server_folder
logfile = $server_folder/pgbouncer.log
pidfile = $server_folder/pgbouncer.pid
END
}

answers() {
  psql --no-psqlrc --quiet --output=/dev/null "host=127.0.0.1 port=$port user=postgres dbname=relayburn" \
    --command='SELECT 1' 2>/dev/null
}

# Another one may listen on the port that was drawn.
start() {
  local attempt waited
  for attempt in 1 2 3 4 5; do
    port=$((RANDOM % 20000 + 12000))
    configure
    as_server_user env --chdir="$server_folder" setsid --fork "$pgbouncer" --quiet pgbouncer.ini \
      </dev/null >/dev/null 2>"$server_folder/output"
    for waited in {1..50}; do
      ! answers || return 0
      sleep 0.1
    done
  done
  cat -- "$server_folder"/{output,pgbouncer.log} >&2 || true
  die "cannot start pgbouncer"
}

require_server_user
make_server_folder pgbouncer
end_server_with_me "$server_folder" "$server_folder/pgbouncer.pid" "$server_folder"
server_port=${RELAYBURN_TEST_DATABASE_URL##*port=}
start

export RELAYBURN_TEST_DIRECT_URL=$RELAYBURN_TEST_DATABASE_URL RELAYBURN_TEST_PLAINTEXT_PORT=$port
RELAYBURN_TEST_DATABASE_URL="postgresql://postgres@/relayburn?host=$(percent_encode "$server_folder")&port=$port"
export RELAYBURN_TEST_DATABASE_URL RELAYBURN_DATABASE_URL=$RELAYBURN_TEST_DATABASE_URL
run_to_the_end "$@"
