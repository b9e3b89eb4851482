#!/usr/bin/env bash
# usage: tidy.sh [FILE…]   runs the checks of .clang-tidy over these C++ files, or over all of core, plugins and apps (an hour)
# exit 77: clang-tidy is not installed
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

if ! command -v clang-tidy >/dev/null; then
  say "clang-tidy is not installed; hint: apt-get install clang-tidy"
  exit 77
fi

cd -- "$repository"
# Headers that g++ precompiled are none that clang reads.
run_quietly "configuring" cmake -S . -B build-tidy -G Ninja -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DRELAYBURN_TESTS=OFF
files=("$@")
if ((${#files[@]} == 0)); then
  mapfile -d '' files < <(git -c safe.directory="$repository" ls-files -z -- 'core/*.cc' 'plugins/*.cc' 'apps/*.cc')
fi
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build-tidy --quiet
