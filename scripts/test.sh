#!/usr/bin/env bash
# usage: test.sh [--all|--hand] [LABEL]
#   without --all   everything but the tests labelled "long" and "hand"
#   --all           the long ones too: the suite under sanitizers, every fault, fuzzing, quickstart in a bare Debian, the code's format
#   --hand          only those that CI has no time for: the packages in a bare Debian, every test under sanitizers …
#   LABEL           only the tests of this label: unit, plugin, contract, law, cli, check
# They have a throw-away PostgreSQL server, see with_postgres.sh.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
. "$repository/scripts/lib/packages.sh"

# A backend named here must be there: its tests fail where they would be skipped.
export RELAYBURN_REQUIRE_BACKENDS=${RELAYBURN_REQUIRE_BACKENDS:-file,sqlite,postgres}

packages=("${build_packages[@]}" "${postgres_plugin_packages[@]}" "${test_packages[@]}")
selection=(--label-exclude '^(long|hand)$')
case ${1:-} in
  --all) selection=(--label-exclude '^hand$') ;;
  --hand) selection=(--label-regex '^hand$') ;;
esac
if [[ ${1:-} == --all || ${1:-} == --hand ]]; then
  shift
  packages+=("${long_test_packages[@]}")
fi
if (($# > 0)); then
  selection+=(--label-regex "^$1\$")
fi

install_missing "${packages[@]}"
"$repository/scripts/build.sh" release
"$repository/scripts/with_postgres.sh" \
  ctest --test-dir "$repository/build" --parallel 2 --output-on-failure --no-tests=error "${selection[@]}"
