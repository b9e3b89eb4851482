#!/usr/bin/env bash
# usage: check_linkage.sh BUILD_DIR   what the linker made of relayburn and its plugins, against what was meant
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

build=${1:?usage: check_linkage.sh BUILD_DIR}
offences=0

offend() {
  printf '%s: %s\n' "$1" "$2"
  offences=$((offences + 1))
}

check_hardening() {
  local file=$1 dynamic
  dynamic=$(readelf --wide --dynamic "$file")
  [[ $dynamic == *BIND_NOW* || $dynamic =~ FLAGS_1.*NOW ]] || offend "$file" "symbols are bound lazily (want -z now)"
  [[ $(readelf --wide --segments "$file") == *GNU_RELRO* ]] || offend "$file" "no RELRO segment (want -z relro)"
  [[ ! $dynamic =~ \((RPATH|RUNPATH)\) ]] || offend "$file" "has a run-time library path"
}

check_program() {
  local file=$1 dynamic library
  dynamic=$(readelf --wide --dynamic "$file")
  for library in libpq libsqlite3; do
    [[ $dynamic != *"[$library.so"* ]] || offend "$file" "needs $library: only a plugin may"
  done
  [[ $dynamic =~ FLAGS_1.*PIE ]] || offend "$file" "is not position independent (want -pie)"
  check_hardening "$file"
}

check_plugin() {
  local file=$1 exported
  exported=$(nm --dynamic --defined-only --format=posix "$file" | cut -d ' ' -f 1 | paste -s -d ' ')
  [[ $exported =~ ^relayburn_(storage|rows)_plugin$ ]] ||
    offend "$file" "exports '$exported' (want relayburn_storage_plugin or relayburn_rows_plugin, and no other)"
  check_hardening "$file"
}

check_program "$build/bin/relayburn"
plugins=("$build"/lib/relayburn/plugins/*.so)
[[ -f ${plugins[0]} ]] || die "no plugins in $build/lib/relayburn/plugins"
for plugin in "${plugins[@]}"; do
  check_plugin "$plugin"
done
((offences == 0)) || exit 1
