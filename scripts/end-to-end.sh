#!/usr/bin/env bash
# end-to-end.sh ALLFRAME [NAME…]: generates the platforms of Tests/EndToEnd and of the starters named
# below, or only those that are named, and holds them to the real tools: cargo fmt --check, clippy and
# rustdoc with warnings as errors, cargo deny, their tests on SQLite, PostgreSQL, redis and the brokers that
# are installed, and line coverage; then starts those that have a script for it and talks to them, and stops
# PostgreSQL and redis under one of them. What passed with the same bytes and the same compiler before is not
# run again. Two are worked on at a time (ALLFRAME_LANES), each lane with a target folder of its own, since
# programs of different platforms have the same names.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
allframe=$(realpath "$1")
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
platforms=$cache/platforms
mkdir -p "$platforms" "$cache/passed"
lanes=${ALLFRAME_LANES:-2}
. "$here/scripts/servers.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-end-to-end.XXXXXX")
working=()
trap 'end_lanes; stop_servers; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

plain_config=$("$here/scripts/crates.sh")
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0
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

step() { # PLATFORM STEP COMMAND…
  local begin=$SECONDS log=$cache/$1-$2.log
  if "${@:3}" >"$log" 2>&1; then
    printf 'ok    %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    echo >>"$work/passed"
  else
    echo >>"$work/failed"
    # In one piece, as another lane may print as well.
    printf 'FAIL  %-16s %-10s %4d s\n%s\n' "$1" "$2" $((SECONDS - begin)) "$(tail -n 60 "$log")"
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
    covered "$name" &&
    case $name in
    shop)
      step shop talk "$here/scripts/talk.sh" "$folder" &&
        step shop faults "$here/scripts/faults.sh" "$folder" && tail -n 1 "$cache/shop-faults.log"
      ;;
    data-pipeline) step data-pipeline talk "$here/scripts/talk-data-pipeline.sh" "$folder" ;;
    esac
}

covered() { # PLATFORM
  local lines
  lines=$(grep ' % of ' "$cache/$1-tests.log") && echo "$lines"
}

# The config with which FOLDER builds. Where crates.io does not answer, the crate `rdkafka` is one of the
# checks over the librdkafka of the system; without that there is nothing to build with.
config_for() { # FOLDER
  if [ ! -s "$plain_config" ] || ! grep -q '^rdkafka' "$1/Cargo.toml"; then
    echo "$plain_config"
    return
  fi
  pkg-config --exists rdkafka || return 1
  {
    cat "$plain_config"
    printf '[patch.crates-io]\nrdkafka = { path = "%s" }\n' "$here/Tests/EndToEnd/rdkafka"
  } >"$cache/with-rdkafka.toml"
  echo "$cache/with-rdkafka.toml"
}

in_folder() { (cd "$1" && "${@:2}"); }

stamp_of() { # FOLDER
  echo "$cache/passed/$(fingerprint "$1" "$here"/scripts/{run-tests.py,{coverage,deny,faults,talk,talk-data-pipeline}.sh})"
}

# Works on what no other lane has begun.
lane() { # NUMBER
  local name folder
  export CARGO_TARGET_DIR=$cache/target CARGO_CONFIG # that of the first, which other checks use as well
  [ "$1" = 1 ] || CARGO_TARGET_DIR=$cache/lane-$1/target
  mkdir -p "$CARGO_TARGET_DIR/.cargo"
  for name in "${pending[@]}"; do
    mkdir "$work/begun-$name" 2>/dev/null || continue
    folder=$platforms/$name
    if ! CARGO_CONFIG=$(config_for "$folder"); then
      printf 'skip  %-16s librdkafka is not installed (Debian: librdkafka-dev)\n' "$name"
      continue
    fi
    # Where cargo looks when a test calls it on its own below the target folder, as trybuild does.
    cp "$CARGO_CONFIG" "$CARGO_TARGET_DIR/.cargo/config.toml"
    if check "$name" "$folder"; then
      grep ' % of ' "$cache/$name-tests.log" >"$(stamp_of "$folder")"
    fi
  done
}

end_lanes() {
  local process
  for process in "${working[@]}"; do kill -- -"$process" 2>/dev/null || true; done
}

touch "$work/passed" "$work/failed"
pending=()
starters=(collaboration data-pipeline ecommerce saas)
for config in "$here"/Tests/EndToEnd/architectures/*.toml \
  "${starters[@]/#/$here/Sources/IgniteCatalog/Starters/}"; do
  name=$(basename "$config" .toml)
  [ $# -le 1 ] || [[ " ${*:2} " == *" $name "* ]] || continue
  [ -f "$config" ] || config=$config/architecture.toml
  folder=$platforms/$name
  rm -rf "$folder"
  step "$name" generate "$allframe" ignite --config "$config" --out "$folder" --yes || continue
  step "$name" again "$allframe" ignite --config "$config" --out "$folder" --dry-run || continue
  stamp=$(stamp_of "$folder")
  if [ -f "$stamp" ]; then
    printf 'same  %-16s passed before with these bytes\n' "$name"
    echo >>"$work/passed"
    cat "$stamp"
  else
    pending+=("$name")
  fi
done

if [ ${#pending[@]} -gt 0 ]; then
  "$here/scripts/deny.sh"
  start_servers
  start_brokers
  set -m # a group of processes for each lane, which can be ended as a whole
  for number in $(seq "$lanes"); do
    lane "$number" </dev/null &
    working+=($!)
  done
  set +m
  for process in "${working[@]}"; do
    wait "$process" || echo >>"$work/failed"
  done
fi

passed=$(wc -l <"$work/passed") failed=$(wc -l <"$work/failed")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
