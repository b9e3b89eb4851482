#!/usr/bin/env bash
# usage: sanitized_suite.sh [--all]
# Builds everything with ASan and UBSan, plugins too, and runs the suite without its long tests.
#   without --all   of the command line's tests only those that read what others wrote, and no backend's contract twice
#   --all           all of them, on every backend: by hand
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"

# Without the last one the leak check itself crashes where several plugins are loaded: it takes their thread-local
# storage for that of another glibc.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:intercept_tls_get_addr=0
export UBSAN_OPTIONS=print_stacktrace=1

readers=analyze,check,claude_tokens,codex,hook,hostile_log,html,ingest,odd_lines,opencode,prices_update,reconcile,cases
selection=(--tests-regex "^(unit|plugin|contract|law|check)/|^cli/(${readers//,/|})\$"
  --exclude-regex '^contract/(pgbouncer|partitions)$')
if [[ ${1:-} == --all ]]; then
  selection=()
  export RELAYBURN_EVERY_BACKEND=1
fi

run_quietly "building with ASan and UBSan" "$repository/scripts/build.sh" asan
ctest --test-dir "$repository/build-asan" --parallel 2 --output-on-failure --no-tests=error --label-exclude '^long$' \
  "${selection[@]}"
