#!/usr/bin/env bash
# usage: package.sh [DIRECTORY]
# Builds the Debian packages relayburn and relayburn-postgres into DIRECTORY (build/packages), and prints their paths.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
. "$repository/scripts/lib/packages.sh"

if (($# > 1)) || [[ ${1:-} == -* ]]; then
  say "usage: package.sh [DIRECTORY]"
  exit 2
fi
mkdir -p -- "${1:-$repository/build/packages}"
directory=$(cd -- "${1:-$repository/build/packages}" && pwd -P)

pack() (
  cd -- "$work"
  cpack --config "$repository/build-package/CPackConfig.cmake"
)

install_missing "${build_packages[@]}" "${postgres_plugin_packages[@]}" "${package_packages[@]}"
run_quietly "building relayburn (the first time takes some minutes)" "$repository/scripts/build.sh" package
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
run_quietly "packing" pack
for package in "$work"/*.deb; do
  mv -- "$package" "$directory/"
  printf '%s\n' "$directory/$(basename -- "$package")"
done
