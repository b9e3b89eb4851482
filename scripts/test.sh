#!/usr/bin/env bash
# usage: test.sh [--all] [LABEL]
#   without --all   everything but the tests labelled "long"
#   --all           those too: the suite under sanitizers, every fault, fuzzing, quickstart in a bare Debian, the code's format
#   LABEL           only the tests of this label: unit, plugin, contract, law, cli, check
# They have a throw-away PostgreSQL server, see with_postgres.sh.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
. "$repository/scripts/lib/packages.sh"

# A backend named here must be there: its tests fail where they would be skipped.
export RELAYBURN_REQUIRE_BACKENDS=${RELAYBURN_REQUIRE_BACKENDS:-file,sqlite,postgres}

packages=("${build_packages[@]}" "${postgres_plugin_packages[@]}" "${test_packages[@]}")
selection=(--label-exclude '^long$')
if [[ ${1:-} == --all ]]; then
  shift
  packages+=("${long_test_packages[@]}")
  selection=()
fi
if (($# > 0)); then
  selection+=(--label-regex "^$1\$")
fi

install_missing "${packages[@]}"
"$repository/scripts/build.sh" release
"$repository/scripts/with_postgres.sh" \
  ctest --test-dir "$repository/build" --parallel 2 --output-on-failure --no-tests=error "${selection[@]}"
