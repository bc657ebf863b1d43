# Sourced, not run. `start_servers FOLDER` starts a PostgreSQL on a socket and a redis-server on loopback
# and exports TEST_POSTGRES_URL and TEST_REDIS_URL. `start_brokers` then starts moto (PyPI moto[server]),
# which plays SQS, SNS and DynamoDB, librdkafka's mock cluster (PyPI confluent-kafka), which speaks Kafka's
# protocol, and, where the machine has them, `nats-server` and `rabbitmq-server`, and exports TEST_SQS_URL,
# TEST_DYNAMODB_URL, TEST_KAFKA_URL, TEST_NATS_URL, TEST_RABBITMQ_URL and, for TLS, TEST_RABBITMQ_TLS_URL
# and TEST_RABBITMQ_CA_FILE. `stop_servers` ends all.

brokers=()
# Debian's `rabbitmq-server` wants to be root; what it starts does not.
rabbitmq=/usr/lib/rabbitmq/bin/rabbitmq-server

as_unprivileged() {
  if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi
}

postgres_tool() {
  command -v "$1" 2>/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" | sort -V | tail -n 1
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_servers() {
  local port tries=0
  servers=$(mktemp -d "${TMPDIR:-/tmp}/allframe-servers.XXXXXX")
  chmod 755 "$servers"
  mkdir "$servers/pg"
  [ "$(id -u)" != 0 ] || chown nobody "$servers/pg"
  (
    cd /
    as_unprivileged "$(postgres_tool initdb)" -D "$servers/pg/data" -U allframe -A trust -E UTF8 \
      --no-sync >"$servers/initdb.log" 2>&1
    as_unprivileged "$(postgres_tool pg_ctl)" -D "$servers/pg/data" -w -l "$servers/pg/log" -o \
      "-c listen_addresses= -c unix_socket_directories=$servers/pg -c fsync=off -c max_connections=300" \
      start >/dev/null
  )
  export TEST_POSTGRES_URL="postgres://allframe@localhost/postgres?host=$servers/pg"
  port=$(free_port)
  redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --daemonize yes \
    --dir "$servers" --pidfile "$servers/redis.pid" --logfile "$servers/redis.log" >/dev/null
  until redis-cli -p "$port" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { cat "$servers/redis.log" >&2; return 1; }
    sleep 0.1
  done
  export TEST_REDIS_URL="redis://127.0.0.1:$port"
  redis_port=$port
}

start_brokers() {
  local port
  start_moto
  if command -v nats-server >/dev/null; then
    port=$(free_port)
    nats-server --addr 127.0.0.1 --port "$port" --jetstream --store_dir "$servers/nats" \
      >"$servers/nats.log" 2>&1 &
    brokers+=($!)
    if listens "$port"; then
      export TEST_NATS_URL="nats://127.0.0.1:$port"
    else
      echo "skip  nats-server does not answer" >&2
    fi
  fi
  start_kafka
  if [ -x "$rabbitmq" ] && command -v openssl >/dev/null; then
    start_rabbitmq
  else
    echo "skip  rabbitmq-server or openssl is not installed" >&2
  fi
}

# A python that has MODULE: this machine's, else one of the cache with REQUIREMENT of PyPI.
python_with() { # MODULE REQUIREMENT
  local venv=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}/python-$1 python
  for python in python3 "$venv/bin/python"; do
    if "$python" -c "import $1" 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet "$2"; } >"$servers/$1.log" 2>&1 &&
    echo "$venv/bin/python"
}

# moto looks once a question which keys are out, lets two questions look at the same time, and hands out what
# came back from its end; a FIFO queue of SQS does not. Each look here is one of its own, at what is out now. Nor
# does moto expect two to change a queue at the same time: one of them would be forgotten. And it hides a message
# for whoever had it once, though it is not out any more, and goes on to what is behind it.
start_moto() {
  local port python
  python=$(python_with moto.server 'moto[server]==5.2.1') || {
    echo "skip  moto (PyPI moto[server]), which plays AWS, is not to be had" >&2
    return 0
  }
  port=$(free_port)
  "$python" - "$port" >"$servers/moto.log" 2>&1 <<'PYTHON' &
import functools, sys, threading, time
from moto.server import main
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import SQSBackend

look, change, alone = SQSBackend.receive_message, SQSBackend.change_message_visibility, threading.RLock()


def by_itself(method):
    @functools.wraps(method)
    def wrapped(*given, **named):
        with alone:
            return method(*given, **named)

    return wrapped


def receive_message(self, queue_name, count, wait_seconds_timeout, *rest):
    ends = time.monotonic() + wait_seconds_timeout
    while True:
        with alone:
            out = self.get_queue(queue_name).pending_messages
            out.difference_update([message for message in out if message.visible])
            found = look(self, queue_name, count, 0, *rest)
        if found or time.monotonic() >= ends:
            return found
        time.sleep(0.02)


def change_message_visibility(self, queue_name, receipt_handle, visibility_timeout):
    for message in self.get_queue(queue_name)._messages:
        is_out = not message.visible and message.receipt_handle == receipt_handle
        if message.had_receipt_handle(receipt_handle) and not is_out:
            raise ReceiptHandleIsInvalid
    change(self, queue_name, receipt_handle, visibility_timeout)


SQSBackend.receive_message = receive_message
SQSBackend.change_message_visibility = change_message_visibility
for name in ("send_message", "delete_message", "change_message_visibility"):
    for name in (name, name + "_batch"):
        setattr(SQSBackend, name, by_itself(getattr(SQSBackend, name)))
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
PYTHON
  brokers+=($!)
  if listens "$port"; then
    export TEST_SQS_URL="http://127.0.0.1:$port"
    export TEST_DYNAMODB_URL=$TEST_SQS_URL
  else
    echo "skip  moto does not answer" >&2
  fi
}

start_kafka() {
  local tries=0 python
  python=$(python_with confluent_kafka confluent-kafka) || {
    echo "skip  confluent-kafka (PyPI), which plays Kafka, is not to be had" >&2
    return 0
  }
  "$python" - >"$servers/kafka" 2>"$servers/kafka.log" <<'PYTHON' &
import signal
from confluent_kafka import Producer

cluster = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1})
brokers = cluster.list_topics(timeout=10).brokers.values()
print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)
signal.pause()
PYTHON
  brokers+=($!)
  until [ -s "$servers/kafka" ]; do
    tries=$((tries + 1))
    if [ $tries -ge 100 ]; then
      echo "skip  confluent-kafka does not answer" >&2
      return 0
    fi
    sleep 0.1
  done
  TEST_KAFKA_URL=kafka://$(cat "$servers/kafka")
  export TEST_KAFKA_URL
}

# As anybody but root, with a node, ports and files of its own, so that it disturbs no other.
start_rabbitmq() {
  local folder=$servers/rabbitmq port tls_port
  port=$(free_port)
  tls_port=$(free_port)
  epmd_port=$(free_port)
  mkdir -p "$folder/data" "$folder/log" "$folder/tls"
  make_certificate "$folder/tls"
  cat >"$folder/rabbitmq.conf" <<END
listeners.tcp.default = 127.0.0.1:$port
listeners.ssl.default = 127.0.0.1:$tls_port
ssl_options.cacertfile = $folder/tls/ca.pem
ssl_options.certfile = $folder/tls/cert.pem
ssl_options.keyfile = $folder/tls/key.pem
ssl_options.verify = verify_none
END
  [ "$(id -u)" != 0 ] || chown -R nobody "$folder"
  (
    cd "$folder"
    # Each of its queues keeps files open; 1024 are soon not enough.
    as_unprivileged env HOME="$folder" RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
      RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins" RABBITMQ_MNESIA_BASE="$folder/data" \
      RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_PID_FILE="$folder/pid" \
      RABBITMQ_NODENAME="allframe-$port@localhost" RABBITMQ_DIST_PORT="$(free_port)" \
      ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
      bash -c 'ulimit -n "$(ulimit -Hn)"; exec "$0"' "$rabbitmq" >"$servers/rabbitmq.log" 2>&1 &
  )
  if listens "$port" 600; then
    export TEST_RABBITMQ_URL="amqp://guest:guest@127.0.0.1:$port"
    export TEST_RABBITMQ_TLS_URL="amqps://guest:guest@localhost:$tls_port"
    export TEST_RABBITMQ_CA_FILE="$folder/tls/ca.pem"
  else
    echo "skip  rabbitmq-server does not answer" >&2
  fi
}

stop_rabbitmq() {
  local pid
  pid=$(cat "$servers/rabbitmq/pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  ERL_EPMD_PORT=$epmd_port epmd -kill >/dev/null 2>&1 || true
}

# An authority of two days in FOLDER and what it says of localhost.
make_certificate() { # FOLDER
  (
    cd "$1"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
    openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=localhost
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 \
      -extfile names
  ) >"$servers/openssl.log" 2>&1
}

listens() { # PORT TENTHS-OF-SECONDS
  local tries=0
  until (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt "${2:-150}" ] || return 1
    sleep 0.1
  done
}

stop_servers() {
  [ -n "${servers:-}" ] || return 0
  [ ${#brokers[@]} = 0 ] || kill "${brokers[@]}" 2>/dev/null || true
  stop_rabbitmq
  redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1 || true
  (
    cd /
    as_unprivileged "$(postgres_tool pg_ctl)" -D "$servers/pg/data" -m immediate stop \
      >/dev/null 2>&1 || true
  )
  rm -rf "$servers"
  servers=
}
