#!/usr/bin/env bash
# usage: quickstart_in_bare_debian.sh [REPOSITORY]
# Runs scripts/quickstart.sh of the committed tree in a Debian that has git and nothing else: in one fresh root
# twice as root, on a machine without sessions; in a second one as a user with sudo who has sessions.
# exit 77: this host cannot try it
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

checkout=/srv/relayburn

# usage: quickstart NAME USER; leaves what was printed in $printed
quickstart() {
  local name=$1 user=$2 status=0 log
  log=$(mktemp)
  say "== $name"
  inside "$user" "$checkout/scripts/quickstart.sh" </dev/null 2>&1 | hide_hosts | tee "$log" || status=$?
  printed=$(<"$log")
  rm -f -- "$log"
  ((status == 0)) || die "$name: quickstart failed with exit code $status"
  expect "$name" "$printed" claude-opus-4-5 claude-sonnet-4-5 'next:' "$checkout/build/bin/relayburn analyze"
}

fresh_checkout() {
  fresh_root
  git -c safe.directory='*' clone --quiet --no-hardlinks -- "$source_repository" "$root$checkout"
}

root_without_sessions() {
  fresh_checkout
  quickstart "root, no sessions, first run" root
  expect "first run" "$printed" "installing " "bundled sample"
  quickstart "root, no sessions, second run" root
  expect "second run" "$printed" "bundled sample"
  [[ $printed != *"installing "* ]] || die "second run: installed packages again"
  [[ ! -e $root/root/.relayburn/burn.sqlite ]] || die "the sample was ingested into the real home"
}

user_with_sessions() {
  fresh_checkout
  run_quietly "adding a user with sudo" add_user 2> >(hide_hosts >&2)
  quickstart "user with sudo and sessions" ada
  expect "user" "$printed" "installing "
  [[ $printed != *"bundled sample"* ]] || die "the user's own sessions were not found"
  [[ -f $root/home/ada/.relayburn/burn.sqlite ]] || die "no ledger in the user's home"
  expect "user's ledger" "$(inside ada "$checkout/build/bin/relayburn" analyze --json)" \
    '"turns":12,"sessions":2' '"costUsd":0.2542172'
}

add_user() {
  inside root apt-get --quiet update &&
    inside root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes install --no-install-recommends sudo &&
    chroot "$root" useradd --create-home --shell /bin/bash ada &&
    printf 'ada ALL=(ALL) NOPASSWD: ALL\n' >"$root/etc/sudoers.d/ada" &&
    cp -R -- "$root$checkout/tests/data/sample/." "$root/home/ada/" &&
    chroot "$root" chown -R ada:ada /home/ada "$checkout"
}

source_repository=$(cd -- "${1:-$repository}" && pwd -P)
isolate "$source_repository"
sources=$(python3 "$here/apt_sources.py") || skip "no source of packages"
take_cache
root_without_sessions
user_with_sessions
chroot "$root" apt-get --quiet --quiet autoclean
say "quickstart works in a bare Debian"
