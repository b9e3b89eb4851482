#!/usr/bin/env bash
# usage: build.sh [PRESET] [CMAKE_OPTION…]   configures and builds a preset of CMakePresets.json (release)
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

preset=release
if (($# > 0)) && [[ $1 != -* ]]; then
  preset=$1
  shift
fi
if [[ $preset == package ]]; then
  # What other folders compiled will do: their debug information is stripped.
  export CCACHE_NOHASHDIR=1
fi

# Without these ccache never hits a file that uses a precompiled header.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

cd -- "$repository"
cmake --preset "$preset" -DRELAYBURN_WERROR="$(in_ci && echo ON || echo OFF)" "$@"
cmake --build --preset "$preset"
