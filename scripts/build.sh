#!/usr/bin/env bash
# usage: build.sh [release|package|debug|asan|tsan|fuzz] [CMAKE_OPTION…]
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

mode=release
if (($# > 0)) && [[ $1 != -* ]]; then
  mode=$1
  shift
fi

targets=(all)
sanitized=(-DCMAKE_BUILD_TYPE=Debug '-DCMAKE_CXX_FLAGS_DEBUG=-g1 -O1')
case $mode in
  release) directory=build options=(-DCMAKE_BUILD_TYPE=RelWithDebInfo) ;;
  package)
    directory=build-package
    options=(-DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX=/usr)
    set -- -DRELAYBURN_TESTS=OFF "$@"
    # What other folders compiled will do: their debug information is stripped.
    export CCACHE_NOHASHDIR=1
    ;;
  debug) directory=build-debug options=(-DCMAKE_BUILD_TYPE=Debug) ;;
  asan) directory=build-asan options=("${sanitized[@]}" -DRELAYBURN_SANITIZE=address,undefined) ;;
  tsan) # what uses threads: reading, the backends, and the suite that tries them
    directory=build-tsan
    options=("${sanitized[@]}" -DRELAYBURN_SANITIZE=thread)
    targets=(thread_tests contract_file contract_sqlite contract_postgres)
    ;;
  fuzz)
    directory=build-fuzz
    options=("${sanitized[@]}" -DCMAKE_CXX_COMPILER=clang++ -DRELAYBURN_SANITIZE=address,undefined -DRELAYBURN_FUZZ=ON)
    ;;
  *)
    say "usage: build.sh [release|package|debug|asan|tsan|fuzz] [CMAKE_OPTION…]"
    exit 2
    ;;
esac

# Both are named every time: the folder's cache remembers what an earlier call asked for.
options+=(-DRELAYBURN_TESTS=ON -DRELAYBURN_WERROR="$(in_ci && echo ON || echo OFF)")

# Without these ccache never hits a file that uses a precompiled header.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

cmake -S "$repository" -B "$repository/$directory" -G Ninja "${options[@]}" "$@"
cmake --build "$repository/$directory" --target "${targets[@]}"
