# Sourced, not run. `start_servers FOLDER` starts a PostgreSQL on a socket and a redis-server on loopback
# and exports TEST_POSTGRES_URL and TEST_REDIS_URL; where the machine has them it also starts `moto_server`
# (PyPI moto[server], which plays SQS and SNS) and `nats-server` and exports
# TEST_SQS_URL and TEST_NATS_URL. `stop_servers` ends all.

brokers=()

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
  start_brokers
}

start_brokers() {
  local port
  if command -v moto_server >/dev/null; then
    port=$(free_port)
    moto_server -H 127.0.0.1 -p "$port" >"$servers/moto.log" 2>&1 &
    brokers+=($!)
    if listens "$port"; then
      export TEST_SQS_URL="http://127.0.0.1:$port"
    else
      echo "skip  moto_server does not answer" >&2
    fi
  fi
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
}

listens() { # PORT
  local tries=0
  until (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || return 1
    sleep 0.1
  done
}

stop_servers() {
  [ -n "${servers:-}" ] || return 0
  [ ${#brokers[@]} = 0 ] || kill "${brokers[@]}" 2>/dev/null || true
  redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1 || true
  (
    cd /
    as_unprivileged "$(postgres_tool pg_ctl)" -D "$servers/pg/data" -m immediate stop \
      >/dev/null 2>&1 || true
  )
  rm -rf "$servers"
  servers=
}
