# Sourced by the scripts beside this folder; needs `set -euo pipefail` in the caller.

unset CDPATH
repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename -- "$0"): $*"
  exit 1
}

in_ci() { [[ -n ${CI:-} && ${CI} != false && ${CI} != 0 ]]; }

# usage: run_quietly WHAT COMMAND…; says WHAT, and shows the command's output only when it fails
run_quietly() {
  local what=$1 log status=0
  shift
  log=$(mktemp)
  say "$what"
  "$@" >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 100 -- "$log" >&2
    say "failed with exit code $status: $what"
  fi
  rm -f -- "$log"
  return "$status"
}
