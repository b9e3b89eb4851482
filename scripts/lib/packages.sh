# Sourced after common.sh: which Debian packages the project needs, and how they are installed.

# tzdata is for the program: Debian has it from the start, container images often do not.
build_packages=(g++ cmake ninja-build ccache pkg-config tzdata libcctz-dev libcli11-dev libcurl4-openssl-dev
  libsimdjson-dev libspdlog-dev libsqlite3-dev libssl-dev libtomlplusplus-dev libzstd-dev)
postgres_plugin_packages=(libpq-dev)
package_packages=(dpkg-dev file gzip python3)
test_packages=(binutils ca-certificates catch2 fish git groff-base libfaketime openssl pgbouncer postgresql python3 python3-jsonschema sqlite3
  systemd util-linux zsh)
long_test_packages=(chromium clang clang-format debootstrap libclang-rt-14-dev)

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# DPkg::Lock::Timeout does not cover the lock of the package lists.
update_package_lists() {
  local attempt
  for attempt in 1 2 3 4 5; do
    apt_get update && return
    sleep "$((attempt * 3))"
  done
  return 1
}

update_and_install() {
  update_package_lists && apt_get install --no-install-recommends "$@"
}

# usage: install_missing PACKAGE…
install_missing() {
  local package missing=()
  command -v dpkg-query >/dev/null ||
    die "this is not a Debian; install what these packages stand for, then see README.md: $*"
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "cannot install ${missing[*]}: neither root nor sudo; hint: as root, apt-get install ${missing[*]}"
  fi
  run_quietly "installing ${missing[*]}" update_and_install "${missing[@]}"
}
