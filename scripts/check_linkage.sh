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
  [[ ! $dynamic =~ \(TEXTREL\) ]] || offend "$file" "its code is changed when it is loaded (TEXTREL)"
  [[ $(readelf --wide --segments "$file") =~ GNU_STACK[^$'\n']*" RW " ]] ||
    offend "$file" "its stack can be executed (want GNU_STACK RW)"
}

# What the compiler calls where a frame is guarded.
check_guards() {
  [[ $(nm --dynamic --undefined-only --format=posix "$1") == *__stack_chk_fail* ]] ||
    offend "$1" "no stack protector (want -fstack-protector-strong)"
}

# Checked calls are used where the size of a buffer is known, which may be nowhere: so ask what was compiled how.
check_fortified() {
  local file
  while IFS= read -r file; do
    offend "$file" "compiled without _FORTIFY_SOURCE"
  done < <(grep -E '"command": .* -c [^"]*/(core|plugins|apps)/' "$build/compile_commands.json" |
    grep -v -e '-D_FORTIFY_SOURCE=[23]' | sed 's/.* -c //; s/".*//')
}

is_optimised() {
  grep -q '^CMAKE_BUILD_TYPE:STRING=.*Rel' "$build/CMakeCache.txt"
}

check_program() {
  local file=$1 dynamic library
  dynamic=$(readelf --wide --dynamic "$file")
  for library in libpq libsqlite3; do
    [[ $dynamic != *"[$library.so"* ]] || offend "$file" "needs $library: only a plugin may"
  done
  [[ $dynamic != *"[libcurl"* ]] || offend "$file" "needs libcurl: it is loaded where it is used"
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
! is_optimised || check_guards "$build/bin/relayburn"
plugins=("$build"/lib/relayburn/plugins/*.so)
[[ -f ${plugins[0]} ]] || die "no plugins in $build/lib/relayburn/plugins"
for plugin in "${plugins[@]}"; do
  check_plugin "$plugin"
  ! is_optimised || check_guards "$plugin"
done
! is_optimised || check_fortified
((offences == 0)) || exit 1
