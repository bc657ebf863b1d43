#!/usr/bin/env bash
# faults.sh FOLDER: runs the services `orders` and `notifications` of the shop in FOLDER as processes of
# their own, on PostgreSQL and redis, and orders things from four sides. Meanwhile PostgreSQL is killed
# in the middle of its work and started again, three times, then the service that takes the orders as
# often, then redis is stopped. Fails where an order that was acknowledged is not there exactly once, where
# its event did not arrive or took effect twice, or where something hangs.
# CARGO_TARGET_DIR and CARGO_CONFIG are taken from the environment.
set -euo pipefail

folder=$1
. "$(dirname "$0")/servers.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-faults.XXXXXX")
chmod 755 "$work"
pids=()
end() {
  [ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
  stop_postgres immediate || true
  stop_redis || true
  rm -rf "$work"
}
trap end EXIT
fail() {
  echo "faults: $*" >&2
  tail -n 15 "$work"/*.log >&2
  exit 1
}
say() { printf '%3d s  %s\n' $((SECONDS - begin)) "$*"; }

(cd "$folder" && cargo build --quiet --config "$CARGO_CONFIG" -p orders -p notifications)

mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown nobody "$work/pg"
cd "$work"
postgres() { as_unprivileged "$(postgres_tool "$1")" "${@:2}"; }
start_postgres() {
  postgres pg_ctl -D "$work/pg/data" -w -l "$work/pg/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$work/pg" start >/dev/null
}
stop_postgres() { postgres pg_ctl -D "$work/pg/data" -w -m "$1" stop >/dev/null 2>&1; }
ask() { # DATABASE QUERY
  postgres psql -h "$work/pg" -U allframe -d "$1" -qAtc "$2"
}
postgres initdb -D "$work/pg/data" -U allframe -A trust -E UTF8 >"$work/initdb.log" 2>&1
start_postgres
ask postgres 'CREATE DATABASE orders'
ask postgres 'CREATE DATABASE notifications'

redis_port=$(free_port)
start_redis() { # what it has acknowledged is on disk, as it has to be where events must not get lost
  redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --appendonly yes --appendfsync always \
    --daemonize yes --dir "$work" --logfile "$work/redis.log" >/dev/null
  listens "$redis_port"
}
stop_redis() { redis-cli -p "$redis_port" shutdown >/dev/null 2>&1; }
start_redis

start_service() { # NAME PORT
  env -C "$work" HOST=127.0.0.1 PORT="$2" BUS_URL="redis://127.0.0.1:$redis_port" BUS_PREFIX=faults \
    DATABASE_URL="postgres://allframe@localhost/$1?host=$work/pg" BUS_LEASE=3s IDEMPOTENCY_LEASE=3s HTTP_RATE_LIMIT_RPS=0 \
    "$CARGO_TARGET_DIR/debug/$1" >>"$work/$1.log" 2>&1 &
  pids+=($!)
}
orders=$(free_port) notifications=$(free_port)
start_service orders "$orders"
start_service notifications "$notifications"
is_ready() { # PORT: within 30 seconds
  for _ in $(seq 300); do
    if curl -fsS -m 5 "http://127.0.0.1:$1/health/ready" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}
is_ready "$orders" || fail "orders does not start"
is_ready "$notifications" || fail "notifications does not start"

begin=$SECONDS
python3 - "$orders" "$work" >"$work/load.out" 2>"$work/load.log" <<'PYTHON' &
# Orders until the file `enough` is there. Each order is repeated, under the same key, until it is taken.
import http.client, json, os, sys, threading, time, uuid

port, work = int(sys.argv[1]), sys.argv[2]
taken, waits, again, unexpected = {}, [], [0], []


def post(path, body, key):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        headers = {"content-type": "application/json", "idempotency-key": key}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def order(customer):
    key, begin = str(uuid.uuid4()), time.monotonic()
    body = {"customer": customer, "total_cents": 4200, "placed_at": "2026-01-02T03:04:05Z"}
    while time.monotonic() - begin < 60:
        try:
            status, text = post("/api/orders", body, key)
        except OSError as error:
            unexpected.append(f"no answer: {error!r}")
            again[0] += 1
            time.sleep(0.1)
            continue
        if status == 201:
            taken[key] = json.loads(text)["id"]
            waits.append(time.monotonic() - begin)
            return
        if status not in (409, 503):
            unexpected.append(f"{status} {text[:200]!r}")
        again[0] += 1
        time.sleep(0.1)
    sys.exit(f"{key} was not taken for a minute")


def work_on(customer):
    while not os.path.exists(work + "/enough"):
        order(customer)
        time.sleep(0.01)


status, text = post("/api/customers", {"email": "ada@example.com"}, "ada")
customer = json.loads(text)["id"]
threads = [threading.Thread(target=work_on, args=(customer,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with open(work + "/taken", "w") as file:
    file.writelines(id + "\n" for id in sorted(taken.values()))
print(f"{len(taken)} orders, {again[0]} repeated, the longest took {max(waits):.1f} s")
for line in sorted(set(unexpected))[:10]:
    print("told:", line)
PYTHON
load=$!
pids+=($load)

count() { ask orders 'SELECT count(*) FROM orders'; }
moves() { # within 30 seconds there is a new order
  local before
  before=$(count)
  for _ in $(seq 150); do
    [ "$(count)" = "$before" ] || return 0
    sleep 0.2
  done
  return 1
}
for _ in 1 2 3; do # more than once, to meet a commit that is kept and not answered
  sleep 4
  say "$(count) orders; PostgreSQL is killed"
  stop_postgres immediate
  sleep 2
  start_postgres
  say "PostgreSQL is there again"
  moves || fail "no order was taken after PostgreSQL came back"
  say "orders are taken again"
done
for _ in 1 2 3; do
  sleep 4
  say "$(count) orders; the service is killed"
  kill -KILL "${pids[0]}"
  { wait "${pids[0]}" || true; } 2>/dev/null
  start_service orders "$orders"
  pids[0]=${pids[-1]}
  unset 'pids[-1]'
  moves || fail "no order was taken after the service came back"
done
sleep 4
say "$(count) orders; redis is stopped"
stop_redis
sleep 4
moves || fail "no order was taken without redis, though the outbox has room"
start_redis
say "redis is there again"
sleep 4
touch "$work/enough"
for _ in $(seq 700); do
  kill -0 $load 2>/dev/null || break
  sleep 0.1
done
wait $load || fail "the load ended with an error"
cat "$work/load.out"

taken=$(wc -l <"$work/taken")
[ "$taken" -gt 100 ] || fail "only $taken orders were taken"
heard() { ask notifications "SELECT count(*) FROM frame_inbox WHERE consumer_group = 'notifications'"; }
for _ in $(seq 300); do
  [ "$(heard)" -lt "$taken" ] || break
  sleep 0.2
done
sleep 1
say "$(count) orders in the database, $(heard) events took effect, $(ask orders 'SELECT count(*) FROM frame_outbox') wait"
say "$(grep -c 'has been done before' "$work/orders.log" || true) repeated requests had taken effect"
ask orders 'SELECT id FROM orders' | sort >"$work/stored"
cmp "$work/taken" "$work/stored" || fail "what was acknowledged is not what is stored"
if [ "$(heard)" != "$taken" ]; then
  redis-cli -p "$redis_port" --scan | sort | sed 's/^/redis has /' >&2
  grep -E '"level":"(WARN|ERROR)"' "$work/notifications.log" | tail -n 30 >&2 || true
  fail "$taken orders, but $(heard) events took effect"
fi
python3 - "$work" <<'PYTHON' || fail "events of some orders did not arrive"
import json, sys

heard = set()
for line in open(sys.argv[1] + "/notifications.log"):
    if "event received" in line:
        fields = json.loads(line)
        heard.add(fields.get("id") or fields["fields"]["id"])
missing = {line.strip() for line in open(sys.argv[1] + "/taken")} - heard
sys.exit(f"{len(missing)} did not arrive" if missing else 0)
PYTHON
is_ready "$orders" || fail "orders is not ready in the end"
is_ready "$notifications" || fail "notifications is not ready in the end"
for pid in "${pids[@]:0:2}"; do
  kill -TERM "$pid"
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  wait "$pid" || fail "a service ended with $?"
done
pids=()
say "nothing is lost, nothing was done twice"
