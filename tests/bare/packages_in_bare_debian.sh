#!/usr/bin/env bash
# usage: packages_in_bare_debian.sh
# Builds the Debian packages; installs, uses and removes them in a Debian that has never seen the sources. Its PostgreSQL
# server is another machine's: it is reached over TCP.
# exit 77: this host cannot try it
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

if [[ ${RELAYBURN_BARE_ISOLATED:-} != yes ]]; then
  [[ -n ${RELAYBURN_TEST_TCP_URL:-} ]] || exec "$repository/scripts/with_postgres.sh" "$0"
  built=$("$repository/scripts/package.sh")
  mapfile -t packages <<<"$built"
  isolate "$RELAYBURN_TEST_TCP_URL" "${packages[@]}"
fi
url=$1
shift

# usage: apt COMMAND…
apt() { inside root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "$@"; }

# usage: install_package NAME; the file of that name, and what it depends on
install_package() {
  local package
  for package in "${packages[@]}"; do
    if [[ ${package##*/} == "$1"_* ]]; then
      cp -- "$package" "$root/srv/"
      apt install --no-install-recommends "/srv/${package##*/}"
    fi
  done
}

add_user() {
  chroot "$root" useradd --create-home --shell /bin/bash ada
  cp -R -- "$repository/tests/data/sample/." "$root/home/ada/"
  chroot "$root" chown -R ada:ada /home/ada
}

# What is there, but for what apt itself keeps and what users have.
files_of_root() {
  (cd -- "$root" && find . -xdev -regextype posix-extended \
    -regex '\./(dev|home|proc|srv|tmp|root|var/cache|var/lib/(apt|dpkg)|var/log)' -prune -o -print | LC_ALL=C sort)
}

# usage: relayburn ARGUMENT…; as ada, whose server is the one outside
relayburn() {
  inside ada env RELAYBURN_DATABASE_URL="$url" RELAYBURN_DATABASE_SCHEMA=packages_in_bare_debian relayburn "$@"
}

without_postgres() {
  local status=0 said command
  expect "version" "$(relayburn --version)" "relayburn $(chroot "$root" dpkg-query --show -f '${Version}' relayburn)"
  relayburn ingest
  expect "report" "$(relayburn analyze --json)" '"turns":12,"sessions":2' '"costUsd":0.2542172'
  said=$(relayburn --storage postgres ingest 2>&1) || status=$?
  ((status == 4)) || die "without the plugin: exit code $status instead of 4"
  expect "without the plugin" "$said" "install relayburn-postgres"
  for command in $(relayburn --help | sed '1,/^Subcommands:/d' | grep -o '^  [a-z]\+'); do
    expect "man page" "$(gzip -cd -- "$root/usr/share/man/man1/relayburn-$command.1.gz")" .SH "$command"
  done
  expect "man page" "$(gzip -cd -- "$root/usr/share/man/man1/relayburn.1.gz")" .SH "$command"
  inside ada bash -c '. /usr/share/bash-completion/completions/relayburn && complete -p relayburn' >/dev/null
  grep -q '^ExecStart=/usr/bin/relayburn ingest' "$root"/usr/lib/systemd/{user/relayburn,system/relayburn@}.service
}

with_postgres() {
  relayburn --storage postgres migrate
  relayburn --storage postgres ingest
  [[ $(relayburn --storage postgres analyze) == "$(relayburn analyze)" ]] || die "postgres reports something else"
  [[ $(relayburn --storage postgres export --digest) == "$(relayburn export --digest)" ]] || die "the ledgers differ"
}

# usage: elsewhere COMMAND…; as ada, with a ledger of its own, of which its configuration says all
elsewhere() { inside ada env -i HOME=/home/ada PATH=/usr/bin:/bin RELAYBURN_HOME=/home/ada/other "$@"; }

# What somebody does who runs it for others.
operations() {
  local session=c90be7d5-81f2-4d6a-b3e4-07a5f98d1c62 log
  log=/home/ada/.claude/projects/-home-ada-engine/$session.jsonl
  elsewhere mkdir -m 700 /home/ada/other
  elsewhere sh -c 'printf "storage = \"file\"\nhost_label = \"laptop\"\n" >/home/ada/other/config.toml'
  elsewhere relayburn ingest --quiet
  expect "config" "$(elsewhere relayburn config)" "/home/ada/other/config.toml" "laptop"
  expect "hosts" "$(elsewhere relayburn hosts)" "laptop"
  expect "status" "$(elsewhere relayburn status --json)" '"storage":"file"' '"schema":"current"' '"turn":12' '"unreadBytes":0'
  expect "hook" "$(elsewhere sh -c "echo '{\"transcript_path\":\"$log\"}' | relayburn ingest --hook claude; echo exit \$?" 2>&1)" "exit 0"
  expect "watch" "$(elsewhere sh -c 'timeout --preserve-status 3 relayburn ingest --watch; echo exit $?')" "exit 0"
  expect "prune" "$(elsewhere relayburn prune --older-than 1d --dry-run)" "0 pieces"
  expect "forget" "$(elsewhere relayburn forget --session "$session" --json)" '"sessions":1'
  elsewhere relayburn ingest --full --quiet
  expect "what is forgotten" "$(elsewhere relayburn analyze --json)" '"turns":9,"sessions":1'
}

check_files() {
  local file
  for file in usr/bin/relayburn usr/lib/relayburn/plugins/relayburn_{storage_file,storage_sqlite,storage_postgres,rows_sqlite}.so; do
    ! grep -q -F -- "$repository" "$root/$file" || die "$file names the folder that it was built in"
    ! readelf --sections "$root/$file" | grep -q '\.debug_info' || die "$file is not stripped"
  done
  [[ -f $root/usr/share/relayburn/postgres_roles.sql ]] || die "the roles are not installed"
  [[ -z $(find "$root/usr/bin/relayburn" "$root/usr/lib/relayburn" -perm /022) ]] || die "others may write what was installed"
}

try_packages() {
  local before left
  run_quietly "updating the package lists" apt update
  add_user
  before=$(files_of_root)
  run_quietly "== relayburn" install_package relayburn
  without_postgres
  operations
  run_quietly "== relayburn-postgres" install_package relayburn-postgres
  check_files
  with_postgres
  run_quietly "== removal" apt autoremove --purge relayburn relayburn-postgres
  left=$(comm -13 <(printf '%s\n' "$before") <(files_of_root))
  [[ -z $left ]] || die "not removed: $left"
  [[ -f $root/home/ada/.relayburn/burn.sqlite ]] || die "the user's ledger was removed"
}

sources=$(python3 "$here/apt_sources.py") || skip "no source of packages"
packages=("$@")
take_cache
fresh_root
try_packages 2>&1 | hide_hosts
say "the packages work in a bare Debian"
