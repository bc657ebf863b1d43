#!/usr/bin/env bash
# load.sh ALLFRAME [SECONDS]: requests a second of one generated service beside the same routes written
# by hand, both released, on SQLite and PostgreSQL, in turns on the same rows: medians of five turns, and
# the processor time that a request took. Needs wrk and what the tests need.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
allframe=$(realpath "$1") seconds=${2:-4}
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-load.XXXXXX")
. "$root/scripts/servers.sh"
pids=()
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  stop_servers
  rm -rf "$work"
}
trap finish EXIT
command -v wrk >/dev/null || { echo "missing: wrk (Debian's name)" >&2; exit 1; }

cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
CARGO_CONFIG=$("$root/scripts/crates.sh")
export CARGO_TARGET_DIR=$cache/load CARGO_INCREMENTAL=0
export LIBCLANG_PATH=${LIBCLANG_PATH:-$(dirname "$(readlink -f "$(command -v swiftc)")")/../lib}
"$allframe" ignite --config "$here/architecture.toml" --out "$work/platform" --yes >/dev/null
cp -r "$here/handwritten" "$work/handwritten"
(cd "$work/platform" && cargo build --quiet --release --config "$CARGO_CONFIG" --package notes)
(cd "$work/handwritten" && cargo build --quiet --release --config "$CARGO_CONFIG")

await() { # PORT
  for _ in $(seq 200); do
    if curl -sf "http://127.0.0.1:$1/api/notes?limit=1" >/dev/null; then return; fi
    sleep 0.05
  done
  echo "nothing answers on $1" >&2
  cat "$work"/*.log >&2
  return 1
}
spent() { awk '{ print $14 + $15 }' "/proc/$1/stat"; } # hundredths of a second
rate() { # PORT PROCESS PATH [WRK-OPTION…]: requests a second and microseconds of work for each
  local before
  before=$(spent "$2")
  wrk --threads 1 --connections 16 --duration "$seconds" "${@:4}" "http://127.0.0.1:$1$3" >"$work/wrk"
  ! grep -q 'Non-2xx' "$work/wrk" || { cat "$work/wrk" >&2; return 1; }
  awk -v ticks=$(($(spent "$2") - before)) \
    '/requests in/ { count = $1 } /Requests\/sec/ { print $2, ticks * 10000 / count }' "$work/wrk"
}
compare() { # NAME PATH [WRK-OPTION…]
  : >"$work/generated" >"$work/handwritten-rates"
  for _ in 1 2 3 4 5; do
    rate "$generated" "${pids[0]}" "${@:2}" >>"$work/generated"
    rate "$handwritten" "${pids[1]}" "${@:2}" >>"$work/handwritten-rates"
  done
  python3 - "$1" "$work/generated" "$work/handwritten-rates" <<'PYTHON'
import statistics, sys

def medians(path):
    return [statistics.median(column) for column in zip(*(map(float, line.split()) for line in open(path)))]


(ours, our_work), (theirs, their_work) = medians(sys.argv[2]), medians(sys.argv[3])
print(f"{sys.argv[1]:20} generated {ours:7.0f}/s {our_work:4.0f} µs   by hand {theirs:7.0f}/s {their_work:4.0f} µs"
      f"   {100 * ours / theirs:5.1f} %")
PYTHON
}

start_servers
export DATABASE_MAX_CONNECTIONS=10 LOG_LEVEL=warn HOST=127.0.0.1 HTTP_RATE_LIMIT_RPS=0
for database in SQLite PostgreSQL; do
  DATABASE_URL=sqlite://$work/notes.db?mode=rwc
  [ $database = SQLite ] || DATABASE_URL=$TEST_POSTGRES_URL
  export DATABASE_URL
  generated=$(free_port) handwritten=$(free_port)
  PORT=$generated "$CARGO_TARGET_DIR/release/notes" >"$work/generated.log" 2>&1 &
  pids=($!)
  await "$generated"
  PORT=$handwritten "$CARGO_TARGET_DIR/release/handwritten" >"$work/handwritten.log" 2>&1 &
  pids+=($!)
  await "$handwritten"
  id=$(curl -sf -X POST -H 'content-type: application/json' "http://127.0.0.1:$generated/api/notes" \
    -d '{"title": "one", "body": "first", "score": 1}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
  for _ in $(seq 30); do
    curl -sf -o "$work/answer" -X POST -H 'content-type: application/json' \
      "http://127.0.0.1:$generated/api/notes" -d '{"title": "more", "body": "rows", "score": 2}'
  done
  compare "$database, get" "/api/notes/$id"
  compare "$database, list 20" "/api/notes"
  compare "$database, create" "/api/notes" --script "$here/create.lua"
  kill "${pids[@]}"
  wait "${pids[@]}" 2>/dev/null || true
  pids=()
done
