#!/usr/bin/env bash
# talk-data-pipeline.sh FOLDER: starts the development platform of the starter data-pipeline in FOLDER,
# posts readings to the ingestion and waits until the query answers with what was made of them.
# CARGO_TARGET_DIR and CARGO_CONFIG are taken from the environment.
set -euo pipefail

folder=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-talk.XXXXXX")
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
(cd "$folder" && cargo build --quiet --config "$CARGO_CONFIG" -p dev)

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
INGESTION_PORT=$(port) TRANSFORM_PORT=$(port) STORAGE_PORT=$(port) QUERY_PORT=$(port)
export INGESTION_PORT TRANSFORM_PORT STORAGE_PORT QUERY_PORT
cd "$work"
HOST=127.0.0.1 "$CARGO_TARGET_DIR/debug/dev" >log 2>&1 &
pid=$!
fail() { echo "talk: $*" >&2; cat log >&2; exit 1; }
until curl -fsS "http://127.0.0.1:$INGESTION_PORT/health/ready" >/dev/null 2>&1; do
  kill -0 $pid 2>/dev/null || fail "the platform ended"
  sleep 0.1
done

sensor=018f4e6a-7c00-7000-8000-000000000001
reading() {
  printf '{"type": "SensorRead", "payload": {"id": "%s", "place": "roof", "celsius": %s}}' "$sensor" "$1"
}
post() {
  curl -fsS "http://127.0.0.1:$INGESTION_PORT/ingest" -H 'content-type: application/json' -d "$1" ||
    fail "the ingestion refused $1"
  echo
}
# All three may fall into one window or into two; later readings close the windows before them.
post "[$(reading 20), $(reading 21.5), $(reading 24.5)]"
summaries=http://127.0.0.1:$QUERY_PORT/api/summaries?key=$sensor
for _ in $(seq 30); do
  sleep 1
  post "[$(reading 7)]"
  curl -fsS "$summaries" >answer || fail "the query does not answer"
  if grep -q window_start answer; then break; fi
done
python3 - <<'END' || fail "the summaries are not those of the readings: $(cat answer)"
import json
first = min(json.load(open("answer"))["items"], key=lambda summary: summary["window_start"])
print(json.dumps(first, indent=2))
assert first["count"] >= 1 and first["numbers"]["celsius"]["max"] == 24.5, first
END

kill -TERM $pid
status=0
wait $pid || status=$?
pid=
[ $status = 0 ] || fail "it ended with $status"
echo "it ended with 0"
