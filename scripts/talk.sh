#!/usr/bin/env bash
# talk.sh FOLDER: starts the development platform of the shop in FOLDER as a person would, talks to it
# with curl and stops it with SIGTERM; fails where an answer is not what it should be.
# CARGO_TARGET_DIR and CARGO_CONFIG are taken from the environment.
set -euo pipefail

folder=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-talk.XXXXXX")
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
(cd "$folder" && cargo build --quiet --config "$CARGO_CONFIG" -p dev)

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
CATALOG_PORT=$(port) ORDERS_PORT=$(port) NOTIFICATIONS_PORT=$(port)
export CATALOG_PORT ORDERS_PORT NOTIFICATIONS_PORT
cd "$work"
HOST=127.0.0.1 "$CARGO_TARGET_DIR/debug/dev" >log 2>&1 &
pid=$!
orders=http://127.0.0.1:$ORDERS_PORT

say() { printf '\n$ %s\n' "$*"; }
fail() { echo "talk: $*" >&2; cat log >&2; exit 1; }
# expect STATUS CURL-ARGUMENT…: makes the request, shows it and its answer, leaves both in files.
expect() {
  local status=$1 answer
  shift
  say curl "${@/#$orders/\$ORDERS}"
  answer=$(curl -sS -D head -o body -w '%{http_code}' "$@") || fail "no answer"
  grep -iE '^(HTTP|etag|content-type|idempotency|x-request-id)' head | tr -d '\r'
  head -c 600 body
  echo
  [ "$answer" = "$status" ] || fail "expected $status, got $answer"
}
etag() { sed -nE 's/^etag: *(.*)\r?$/\1/Ip' head | tr -d '\r'; }
field() { python3 -c 'import json, sys; print(json.load(open("body"))[sys.argv[1]])' "$1"; }
wait_for() { # PATTERN: in the log, for ten seconds at most
  for _ in $(seq 100); do
    if grep -q "$1" log; then return 0; fi
    sleep 0.1
  done
  fail "the log never said: $1"
}

for _ in $(seq 100); do
  if curl -fsS "$orders/health/ready" >/dev/null 2>&1; then break; fi
  kill -0 $pid 2>/dev/null || fail "the platform ended"
  sleep 0.1
done
json='content-type: application/json'

expect 200 "$orders/health/ready"
expect 201 "$orders/api/customers" -H "$json" -d '{"email": "ada@example.com", "nickname": "Ada"}'
customer=$(field id)
order='{"customer": "'$customer'", "total_cents": 4200, "placed_at": "2026-01-02T03:04:05Z"}'
expect 201 "$orders/api/orders" -H "$json" -H 'Idempotency-Key: basket-7' -d "$order"
id=$(field id) tag=$(etag)
expect 201 "$orders/api/orders" -H "$json" -H 'Idempotency-Key: basket-7' -d "$order"
[ "$(field id)" = "$id" ] || fail "the repeated request made another order"
expect 422 "$orders/api/orders" -H "$json" -H 'Idempotency-Key: basket-7' \
  -d "${order/4200/4300}"
expect 200 "$orders/api/orders?customer=$customer&limit=10"
expect 200 "$orders/api/orders/$id" -X PUT -H "$json" -H "If-Match: $tag" -d "${order/4200/4100}"
expect 412 "$orders/api/orders/$id" -X PUT -H "$json" -H "If-Match: $tag" -d "$order"
grep -q 'application/problem+json' head || fail "the refusal is no problem document"
expect 428 "$orders/api/orders/$id" -X DELETE
expect 422 "$orders/api/orders" -H "$json" -d '{"total_cents": "many"}'
expect 400 "$orders/api/orders" -H "$json" -d '{"total_cents": '
expect 200 "$orders/metrics"
grep -q '^# TYPE' body || fail "no metrics"
expect 200 "$orders/openapi.json"
[ "$(field openapi)" = 3.1.0 ] || fail "OpenAPI $(field openapi)"

say "the event on the consumer's log"
wait_for 'notifications.*OrderPlaced'
grep 'notifications.*OrderPlaced' log | head -n 1

say "the commands of README.md"
readme=$(sed -n '/^## Talk to it/,/^## Where/p' "$folder/README.md" |
  sed -n '/^```sh/,/^```/p' | grep -v '^```' |
  sed -E "s#(127\.0\.0\.1):[0-9]+#\1:$CATALOG_PORT#")
answers=$(bash -euo pipefail -c "$readme" 2>/dev/null) || fail "they end with an error"
statuses=$(grep -oE 'HTTP/[0-9.]+ [0-9]+' <<<"$answers" | cut -d' ' -f2 | xargs) # bodies end without a line
echo "they answer $statuses"
[ "$statuses" = "200 200 200 204" ] || fail "200 200 200 204 was expected: $answers"

say "kill -TERM $pid"
kill -TERM $pid
status=0
wait $pid || status=$?
pid=
tail -n 3 log
[ $status = 0 ] || fail "it ended with $status"
echo "it ended with 0"
