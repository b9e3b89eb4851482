# Sourced by the scripts beside it: a fresh Debian 12 with git and nothing else, in a folder, as often as it takes.

. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"

here=$repository/tests/bare
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cache=${XDG_CACHE_HOME:-$HOME/.cache}/relayburn-tests
root=$cache/root

skip() {
  say "cannot be tried here: $*"
  if in_ci; then
    exit 1
  fi
  exit 77
}

# apt and debootstrap name this host's mirror, which is nobody's business in a test log.
hide_hosts() { sed -u -E 's#(https?://)[^/ ]+#\1…#g'; }

# usage: isolate ARGUMENT…
# Starts the script again as root, and in namespaces of its own, so that no mount and no process outlives the test.
isolate() {
  if [[ ${RELAYBURN_BARE_ISOLATED:-} == yes ]]; then
    return
  fi
  local become_root=()
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || skip "needs root, or sudo that asks for no password"
    become_root=(sudo -n env CI="${CI:-}")
  fi
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
  local isolated=(unshare --mount --propagation private --pid --fork --kill-child --)
  "${become_root[@]}" "${isolated[@]}" true || skip "no mount and pid namespaces"
  exec "${become_root[@]}" "${isolated[@]}" env RELAYBURN_BARE_ISOLATED=yes \
    bash "$here/$(basename -- "$0")" "$@"
}

# One run at a time; what a killed run left is removed by the next.
take_cache() {
  mkdir -p -- "$cache/archives/partial" "$cache/ccache"
  exec {cache_lock}>"$cache/lock"
  flock "$cache_lock"
  trap remove_root EXIT
  remove_root
}

remove_root() {
  local mount
  for mount in var/cache/apt/archives var/cache/ccache dev/pts dev/shm proc; do
    if mountpoint --quiet -- "$root/$mount"; then
      umount -- "$root/$mount"
    fi
  done
  rm -rf --one-file-system -- "$root"
}

signing_keys() { sed -n 's/.*signed-by=\([^] ]*\).*/\1/p' <<<"$sources" | LC_ALL=C sort -u; }

base_system() {
  local key packages=git options=(--variant=minbase)
  key=$(signing_keys | head -n 1)
  if [[ -f $key ]]; then
    options+=(--keyring="$key")
  fi
  if [[ $sources == *https://* ]]; then
    packages+=,ca-certificates
  fi
  local proxy
  proxy=$(apt-config shell proxy Acquire::http::Proxy)
  eval "$proxy"
  http_proxy=${proxy:-${http_proxy:-}} debootstrap "${options[@]}" --include="$packages" bookworm "$root" \
    "$(sed -n '1s/ bookworm main$//;1s/.* //p' <<<"$sources")"
}

# The plain system is made once a month; each run starts from its copy.
unpack_base_system() {
  local tarball
  tarball=$cache/base-$(sha256sum <<<"$sources" | cut -c 1-16).tar.gz
  if [[ -z $(find "$tarball" -mtime -30 2>/dev/null) ]]; then
    run_quietly "debootstrap" base_system 2> >(hide_hosts >&2)
    rm -f -- "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" --numeric-owner -I 'gzip -1' -cf "$tarball.part" .
    mv -- "$tarball.part" "$tarball"
    rm -rf --one-file-system -- "$root"
  fi
  mkdir -- "$root"
  tar -C "$root" --numeric-owner -I gzip -xpf "$tarball"
}

# apt in the root reaches what apt on this host reaches, in the same way.
copy_apt_configuration() {
  local item
  for item in apt.conf apt.conf.d auth.conf auth.conf.d keyrings trusted.gpg trusted.gpg.d; do
    if [[ -e /etc/apt/$item ]]; then
      cp -R -- "/etc/apt/$item" "$root/etc/apt/"
    fi
  done
  while IFS= read -r item; do
    if [[ -f $item ]]; then
      install -D -m 644 -- "$item" "$root$item"
    fi
  done < <(signing_keys)
  printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
  # Containers are set up to throw packages away after use; here they are kept for the next run.
  printf '#clear DPkg::Post-Invoke;\n#clear APT::Update::Post-Invoke;\n' >"$root/etc/apt/apt.conf.d/zz-keep-packages"
  for item in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    if [[ -f $item ]]; then
      mkdir -p -- "$root$(dirname -- "$item")"
      rm -f -- "$root$item"
      cp -- "$item" "$root$item"
    fi
  done
}

mount_root() {
  mount -t proc proc "$root/proc"
  mkdir -p -- "$root/dev/shm" "$root/dev/pts" "$root/var/cache/ccache"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  mount --bind -- "$cache/archives" "$root/var/cache/apt/archives"
  mount --bind -- "$cache/ccache" "$root/var/cache/ccache"
  # Both the root and the user of the two systems write there.
  chmod 1777 -- "$cache/ccache"
}

fresh_root() {
  remove_root
  unpack_base_system
  copy_apt_configuration
  mount_root
}

# usage: inside USER COMMAND…
inside() {
  local user=$1 home
  shift
  home=$(chroot "$root" getent passwd "$user" | cut -d : -f 6)
  # An open file limit of a million makes dpkg and sudo close each of a million descriptors.
  (ulimit -n 1024 && cd / && exec chroot "$root" setpriv --reuid="$user" --regid="$user" --init-groups \
    env -i PATH="$path" HOME="$home" CCACHE_DIR=/var/cache/ccache CCACHE_UMASK=000 "$@")
}

# usage: expect NAME OUTPUT TEXT…
expect() {
  local name=$1 output=$2 text
  shift 2
  for text in "$@"; do
    [[ $output == *"$text"* ]] || die "$name: '$text' is not in what was printed"
  done
}
