#!/usr/bin/env bash
# crates.sh: prints the path of a cargo config with which the generated platforms build here.
# Where crates.io answers that config is empty. Elsewhere it points to an offline registry that is made
# once, in the cache, of Debian's packaged crates; nothing is installed into the system.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}/crates
suite=${ALLFRAME_CRATES_SUITE:-forky}
mkdir -p "$cache"

answers() {
  local probe
  probe=$(mktemp -d)
  mkdir -p "$probe/src"
  printf '[package]\nname = "probe"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\ncfg-if = "1"\n' \
    >"$probe/Cargo.toml"
  : >"$probe/src/lib.rs"
  (cd "$probe" && CARGO_NET_RETRY=0 timeout 30 cargo generate-lockfile --quiet >/dev/null 2>&1)
  local status=$?
  rm -rf "$probe"
  return $status
}

if [ -z "${ALLFRAME_CRATES_OFFLINE:-}" ] && [ ! -f "$cache/cargo-config.toml" ] && answers; then
  : >"$cache/online.toml"
  echo "$cache/online.toml"
  exit 0
fi

wanted=$(sha256sum "$here/crates.txt" | cut -d' ' -f1)
if [ "$(cat "$cache/made-for" 2>/dev/null)" != "$wanted" ]; then
  command -v apt-get >/dev/null 2>&1 || {
    echo "crates.io does not answer, and there is no apt to take the crates from instead" >&2
    exit 1
  }
  echo "crates.io does not answer: making an offline registry of Debian's crates" >&2
  apt_state=$cache/apt
  mkdir -p "$apt_state"/{etc,lists/partial,cache/archives/partial} "$cache/debs"
  : >"$apt_state/status" # nothing counts as installed, so every dependency is listed
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    grep -m1 'debian/\?$')
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
    >"$apt_state/etc/sources.list"
  options=(-o Dir::Etc::sourcelist="$apt_state/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State::Lists="$apt_state/lists" -o Dir::Cache="$apt_state/cache"
    -o Dir::State::status="$apt_state/status" -o APT::Install-Recommends=false
    -o APT::Sandbox::User=root -o Debug::NoLocking=true)
  apt-get "${options[@]}" -qq update >&2
  packages=()
  while read -r name; do packages+=("librust-${name//_/-}-dev"); done < <(grep -v '^#' "$here/crates.txt")
  apt-get "${options[@]}" -y -s install "${packages[@]}" |
    sed -nE 's/^Inst (librust-[^ :]+)(:[a-z0-9]+)? \(([^ ]+) .*/\1=\3/p' | sort -u >"$cache/packages"
  (
    cd "$cache/debs"
    wanted_debs=()
    while read -r row; do
      file="${row%%=*}_${row#*=}"
      compgen -G "${file//:/%3a}_*.deb" >/dev/null || wanted_debs+=("$row")
    done <../packages
    [ ${#wanted_debs[@]} = 0 ] || apt-get "${options[@]}" -qq download "${wanted_debs[@]}" >&2
  )
  rm -rf "$cache/usr"
  while read -r row; do
    file="${row%%=*}_${row#*=}"
    dpkg-deb --fsys-tarfile "$cache/debs/${file//:/%3a}"_*.deb |
      tar -x -C "$cache" --wildcards './usr/share/cargo/registry/*' 2>/dev/null || true
  done <"$cache/packages"
  cat >"$cache/cargo-config.toml" <<CONFIG
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "$cache/usr/share/cargo/registry"
[net]
offline = true
CONFIG
  echo "$wanted" >"$cache/made-for"
fi
echo "$cache/cargo-config.toml"
