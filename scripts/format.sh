#!/usr/bin/env bash
# usage: format.sh [--check]   formats the tracked C++ files; --check only names what would change
# exit 77: clang-format is not installed
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

action=(-i)
if [[ ${1:-} == --check ]]; then
  action=(--dry-run -Werror)
fi
if ! command -v clang-format >/dev/null; then
  say "clang-format is not installed; hint: apt-get install clang-format"
  exit 77
fi

cd -- "$repository"
files=()
while IFS= read -r -d '' file; do
  if [[ -f $file ]]; then
    files+=("$file")
  fi
done < <(git -c safe.directory="$repository" ls-files -z -- '*.h' '*.cc')
((${#files[@]} > 0)) || die "git names no C++ file here"
clang-format --style=file "${action[@]}" "${files[@]}"
