#!/usr/bin/env bash
# usage: fuzz.sh [--minutes N | --seconds N] [TARGET…]
# Runs each target of tests/fuzz so long (a minute), from its kept corpus and what earlier runs found here.
# A find is left in build-fuzz/finds; minimise it (-minimize_crash=1) and keep it in tests/fuzz/corpus.
# exit 77: there is no clang++
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

seconds=60
if [[ ${1:-} == --minutes || ${1:-} == --seconds ]]; then
  seconds=${2:?"$1 wants a number"}
  [[ $1 == --seconds ]] || seconds=$((seconds * 60))
  shift 2
fi
if ! command -v clang++ >/dev/null; then
  say "clang++ is not installed; hint: apt-get install clang libclang-rt-14-dev"
  exit 77
fi
run_quietly "building the fuzz targets" "$repository/scripts/build.sh" fuzz

build=$repository/build-fuzz
targets=("$@")
if ((${#targets[@]} == 0)); then
  for folder in "$repository"/tests/fuzz/corpus/*/; do
    targets+=("$(basename -- "$folder")")
  done
fi
for target in "${targets[@]}"; do
  mkdir -p -- "$build/corpus/$target" "$build/finds/$target"
  # What a log may hold is a line of any length; what reading one may take is bounded.
  run_quietly "$target: $seconds seconds" "$build/bin/fuzz_$target" -max_total_time="$seconds" \
    -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix="$build/finds/$target/" "$build/corpus/$target" "$repository/tests/fuzz/corpus/$target"
done
