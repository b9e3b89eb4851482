#!/usr/bin/env bash
# Builds with TSan, and runs what several threads do: reading logs, and with one backend appends, snapshots, locks, pools.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"

build=$repository/build-tsan
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
tests="[#concurrent_append_test],[#snapshot_test],[#lock_test],[#opposite_orders_test]"

run_quietly "building with TSan" "$repository/scripts/build.sh" tsan
"$build/bin/thread_tests"
for backend in file sqlite postgres; do
  "$build/bin/contract_$backend" --filenames-as-tags "$tests"
done
