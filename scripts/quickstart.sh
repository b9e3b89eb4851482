#!/usr/bin/env bash
# Installs what is missing, builds, ingests the sessions found on this machine and prints what they cost.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
. "$repository/scripts/lib/packages.sh"

relayburn=$repository/build/bin/relayburn

# Where sessions may lie is the program's knowledge, so the program is asked.
machine_has_sessions() {
  local summary status=0
  summary=$("$relayburn" ingest --dry-run --json --quiet) || status=$?
  ((status == 0 || status == 3)) || die "relayburn ingest failed with exit code $status"
  [[ $summary != *'"found":0,'* ]]
}

ingest_and_report() {
  local status=0
  "$@" ingest || status=$?
  # 3: some file could not be read; all that could be stored is stored, and the reasons were printed.
  ((status == 0 || status == 3)) || die "relayburn ingest failed with exit code $status"
  printf '\n'
  "$@" analyze
}

report_on_sample() {
  home=$(mktemp -d)
  trap 'rm -rf -- "$home"' EXIT
  cp -R -- "$repository/tests/data/sample/." "$home"
  say "no sessions of a coding agent were found on this machine: this is the report of a small bundled sample"
  say "(ingested into a throw-away home; nothing of it is kept)"
  ingest_and_report env -i PATH="$PATH" TERM="${TERM:-dumb}" HOME="$home" RELAYBURN_HOME="$home/.relayburn" \
    RELAYBURN_STORAGE=sqlite RELAYBURN_SQLITE_PATH="$home/burn.sqlite" "$relayburn"
}

install_missing "${build_packages[@]}"
run_quietly "building relayburn (the first time takes some minutes)" \
  "$repository/scripts/build.sh" release -DRELAYBURN_TESTS=OFF
if machine_has_sessions; then
  ingest_and_report "$relayburn"
else
  report_on_sample
fi
cat <<END

next:
  $relayburn ingest
  $relayburn analyze --by day,model
END
