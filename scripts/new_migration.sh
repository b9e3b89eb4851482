#!/usr/bin/env bash
# usage: new_migration.sh NAME [--per-dialect]   creates the next numbered file(s) in migrations/ and names them
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

name=${1:-}
if [[ ! $name =~ ^[a-z][a-z0-9_]*$ || ($# -gt 1 && $2 != --per-dialect) || $# -gt 2 ]]; then
  say "usage: new_migration.sh NAME [--per-dialect]   (NAME: lower-case letters, digits, _)"
  exit 2
fi

last=$(find "$repository/migrations" -name '[0-9][0-9][0-9][0-9]_*.sql' -printf '%f\n' | cut -c 1-4 | sort | tail -n 1)
number=$(printf '%04d' "$((10#${last:-0} + 1))")
suffixes=(.sql)
if (($# > 1)); then
  suffixes=(.postgres.sql .sqlite.sql)
fi
for suffix in "${suffixes[@]}"; do
  file=migrations/${number}_$name$suffix
  : >"$repository/$file"
  printf '%s\n' "$file"
done
