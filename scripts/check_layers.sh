#!/usr/bin/env bash
# usage: check_layers.sh [ROOT]   who may include what, and who may print; offences as file:line:text <- rule
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

cd -- "${1:-$repository}"
offences=0

# usage: sources FOLDER…; names the C++ files below them
sources() {
  find "$@" -type f \( -name '*.h' -o -name '*.cc' \) | LC_ALL=C sort
}

# usage: except PATTERN… < FILES; passes on the files that match none
except() {
  local file pattern
  while IFS= read -r file; do
    for pattern in "$@"; do
      # shellcheck disable=SC2053
      [[ $file != $pattern ]] || continue 2
    done
    printf '%s\n' "$file"
  done
}

# usage: forbid RULE PATTERN < FILES
forbid() {
  local rule=$1 pattern=$2 hits
  if hits=$(xargs -d '\n' grep -nHP -- "$pattern"); then
    printf '%s\n' "$hits" | sed "s#\$#   <- $rule#"
    offences=$((offences + 1))
  fi
}

include='^\s*#\s*include\s*[<"]'
# What stands in a comment is no offence.
code='^((?!//).)*'
output_call='\bstd::(cout|cerr|clog)\b|\b(printf|vprintf|puts|putchar|perror)\s*\('
output_stream='[(,&\s]std(out|err)\s*[),;]|\bSTD(OUT|ERR)_FILENO\b'

forbid "core knows neither plugins nor apps" "$include(plugins|apps)/" \
  < <(sources core)
forbid "plugins know the seam, and nothing above it" "$include(core/(?!(base|records|storage|sql)/|config/database_url)|apps/)" \
  < <(sources plugins)
forbid "libpq is for plugins/postgres only" "$include(libpq|postgres)" \
  < <(sources core plugins apps | except 'plugins/postgres/*')
forbid "sqlite3 is for plugins/sqlite and plugins/rows_sqlite only" "${include}sqlite3" \
  < <(sources core plugins apps | except 'plugins/sqlite/*' 'plugins/rows_sqlite/*')
forbid "simdjson is for .cc files of core and plugins/file only" "${include}simdjson" \
  < <(sources core plugins apps | except 'core/*.cc' 'plugins/file/*.cc' core/pricing/json_list_reader.h)
forbid "json_list_reader.h brings simdjson along: it is for the .cc files of core/pricing only" \
  "${include}core/pricing/json_list_reader" < <(sources core plugins apps | except 'core/pricing/*.cc')
forbid "no library of others in a header" "$include((CLI|spdlog|fmt|catch2|toml\+\+|cctz)/|zstd)" \
  < <(sources core plugins apps | except '*.cc')
forbid "only apps print" "$code($output_call|$output_stream)|${include}(iostream|print)>" \
  < <(sources core plugins)
# What a log or a setting says must never get to a shell.
forbid "no other program is run" '\b(system|popen|posix_spawnp?|exec[lv]p?e?|wordexp|v?fork)\s*\(' \
  < <(sources core plugins apps)

# Which folder of core may include which: the arrows run downward.
while read -r folder below; do
  forbid "core/${folder%:} may include of core only: ${folder%:} $below" \
    "${include}core/(?!(${folder%:}${below:+|${below// /|}})/)" \
    < <(sources "core/${folder%:}")
done <<'ARROWS'
base:
records: base
storage: base records
plugin: base records storage
config: base
sql: base records storage
sources: base records storage plugin
pricing: base records
billing: base records pricing
ingest: base records storage sources ledger
ledger: base records storage plugin config
report/time: base
report/facts: base records storage
report/build: base records storage pricing report/time report/facts
report/render: base records pricing report/time report/build
reconcile: base records storage pricing billing report/time report/build report/render
ARROWS
for folder in core/*/; do
  folder=${folder#core/}
  grep --quiet -E "^${folder%/}(/[a-z]+)?:" "${BASH_SOURCE[0]}" || die "core/$folder has no arrows here"
done
((offences == 0)) || exit 1
