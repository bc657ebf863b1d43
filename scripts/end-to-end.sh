#!/usr/bin/env bash
# end-to-end.sh ALLFRAME: generates the platforms of Tests/EndToEnd and of the starters named below, and
# holds them to the real tools: cargo fmt --check, clippy and rustdoc with warnings as errors, cargo
# deny, their tests on SQLite, PostgreSQL and redis, and line coverage; then starts those that have a
# script for it and talks to them. What passed with the same bytes and the same compiler before is not
# run again.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
allframe=$(realpath "$1")
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
platforms=$cache/platforms
mkdir -p "$platforms" "$cache/passed"
. "$here/scripts/servers.sh"
trap stop_servers EXIT

CARGO_CONFIG=$("$here/scripts/crates.sh")
export CARGO_CONFIG CARGO_TARGET_DIR=$cache/target
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0
# Where cargo looks when a test calls it on its own below the target folder, as trybuild does.
mkdir -p "$CARGO_TARGET_DIR/.cargo"
cp "$CARGO_CONFIG" "$CARGO_TARGET_DIR/.cargo/config.toml"
if [ -z "${LIBCLANG_PATH:-}" ]; then # for the bindings to SQLite
  LIBCLANG_PATH=$(dirname "$(readlink -f "$(command -v swiftc)")")/../lib
  export LIBCLANG_PATH
fi

fingerprint() { # FOLDER SCRIPT…
  {
    rustc --version
    cat "${@:2}"
    cd "$1"
    find . -type f -not -path './.allframe/*' -not -name Cargo.lock -print0 | sort -z |
      xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}

passed=0 failed=0 started=0
step() { # PLATFORM STEP COMMAND…
  local begin=$SECONDS log=$cache/$1-$2.log
  if "${@:3}" >"$log" 2>&1; then
    printf 'ok    %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    passed=$((passed + 1))
  else
    printf 'FAIL  %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    tail -n 60 "$log"
    failed=$((failed + 1))
    return 1
  fi
}

check() {
  local name=$1 folder=$2
  step "$name" fmt cargo fmt --manifest-path "$folder/Cargo.toml" --all --check &&
    step "$name" clippy in_folder "$folder" cargo clippy --quiet --config "$CARGO_CONFIG" \
      --workspace --all-targets -- -D warnings &&
    step "$name" docs in_folder "$folder" env RUSTDOCFLAGS='-D warnings' \
      cargo doc --quiet --config "$CARGO_CONFIG" --workspace --no-deps &&
    step "$name" deny "$here/scripts/deny.sh" "$folder" &&
    step "$name" tests "$here/scripts/coverage.sh" "$folder" 80 &&
    grep ' % of ' "$cache/$name-tests.log" &&
    case $name in
    shop) step shop talk "$here/scripts/talk.sh" "$folder" ;;
    data-pipeline) step data-pipeline talk "$here/scripts/talk-data-pipeline.sh" "$folder" ;;
    esac
}

in_folder() { (cd "$1" && "${@:2}"); }

starters=(collaboration data-pipeline ecommerce saas)
for config in "$here"/Tests/EndToEnd/architectures/*.toml \
  "${starters[@]/#/$here/Sources/IgniteCatalog/Starters/}"; do
  name=$(basename "$config" .toml)
  [ -f "$config" ] || config=$config/architecture.toml
  folder=$platforms/$name
  rm -rf "$folder"
  step "$name" generate "$allframe" ignite --config "$config" --out "$folder" --yes || continue
  step "$name" again "$allframe" ignite --config "$config" --out "$folder" --dry-run || continue
  stamp=$cache/passed/$(fingerprint "$folder" "$here"/scripts/{coverage,deny,talk,talk-data-pipeline}.sh)
  if [ -f "$stamp" ]; then
    printf 'same  %-16s passed before with these bytes\n' "$name"
    passed=$((passed + 1))
    cat "$stamp"
    continue
  fi
  if [ $started = 0 ]; then
    start_servers
    started=1
  fi
  if check "$name" "$folder"; then
    grep ' % of ' "$cache/$name-tests.log" >"$stamp"
  fi
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
