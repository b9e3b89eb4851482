# Sourced after common.sh: what starting a throw-away server takes, and ending it whatever happens.
# The server runs with its folder below $server_folder as working folder, which tells it from others.

# usage: make_server_folder NAME; sets server_folder, on which the server's user has every right
make_server_folder() {
  local parent
  server_folder=
  # The path of a socket has at most 107 bytes, and the server's user may not be able to reach TMPDIR.
  for parent in "${TMPDIR:-/tmp}" /tmp; do
    ((${#parent} <= 60)) || continue
    server_folder=$(mktemp -d -- "$parent/relayburn-$1-XXXXXX")
    if ((EUID == 0)); then
      chown postgres: -- "$server_folder"
    fi
    if as_server_user test -w "$server_folder"; then
      return
    fi
    rm -rf -- "$server_folder"
  done
  die "user postgres can reach neither ${TMPDIR:-/tmp} nor /tmp"
}

# The servers refuse to run as root. Without the caller's working folder, which may be closed to them.
as_server_user() (
  cd / && if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --init-groups env -u XDG_RUNTIME_DIR HOME=/ "$@"
  else
    "$@"
  fi
)

require_server_user() {
  ((EUID != 0)) || id postgres >/dev/null 2>&1 ||
    die "there is no user postgres for the server to run as; hint: apt-get install postgresql"
}

# usage: end_server FOLDER PID_FILE WORKING_FOLDER; gone when it returns, the folder too
end_server() {
  local pid
  if { read -r pid <"$2"; } 2>/dev/null && [[ $pid == +([0-9]) && /proc/$pid/cwd -ef $3 ]]; then
    kill -QUIT "$pid" 2>/dev/null || true
    while [[ /proc/$pid/cwd -ef $3 ]]; do
      sleep 0.02
    done
  fi
  rm -rf -- "$1"
}

# usage: end_server_with_me FOLDER PID_FILE WORKING_FOLDER
# A trap does for every end but SIGKILL. For that somebody watches who is not in our process group.
end_server_with_me() {
  trap "$(printf '%q ' end_server "$@")" EXIT
  setsid --fork bash -c "shopt -s extglob; $(declare -f end_server)
    tail --pid=$$ --sleep-interval=0.5 --follow /dev/null; end_server \"\$@\"" \
    - "$@" <>/dev/null >/dev/null 2>&1
}

# usage: run_to_the_end COMMAND…; its exit code. Signals that only we get are passed on to it.
run_to_the_end() {
  local pid status
  # A shell without job control starts what it puts into the background with SIGINT ignored.
  env --default-signal=INT,QUIT "$@" <&0 &
  pid=$!
  trap "kill -TERM $pid 2>/dev/null" TERM HUP
  trap : INT QUIT
  while true; do
    status=0
    wait "$pid" || status=$?
    kill -0 "$pid" 2>/dev/null || return "$status"
  done
}

# usage: percent_encode TEXT
percent_encode() {
  local LC_ALL=C text=$1 i
  for ((i = 0; i < ${#text}; ++i)); do
    case ${text:i:1} in
      [a-zA-Z0-9._~-]) printf %s "${text:i:1}" ;;
      *) printf '%%%02X' "'${text:i:1}" ;;
    esac
  done
}

shopt -s extglob
