#!/bin/sh
# deploy.sh [SERVICE…]: puts services on Fly.io, all of them without arguments, each after those it calls.
#
# It makes what is not there yet: the app, its secrets, its addresses. A secret is taken from the
# environment, by the name that the script asks for; what Fly.io has already need not be given again.
# FLY_ORG names the organization, FLY the program if it is not `fly`.
set -eu

cd "$(dirname "$0")/../.."
fly=${FLY:-fly}
org=${FLY_ORG:-acme}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

has_secret() { # APP NAME
  "$fly" secrets list --app "$1" --json | tr -d ' \n' | grep -Eqi "\"name\":\"$2\""
}

# Secrets go in by standard input: arguments can be seen by everybody on the machine.
secret() { # APP NAME VARIABLE ABOUT [optional]
  eval "value=\${$3:-}"
  if [ -n "$value" ]; then
    case $value in
    *'
'*) fail "$3 has more than one line" ;;
    esac
    printf '%s=%s\n' "$2" "$value" | "$fly" secrets import --stage --app "$1"
  elif [ "${5:-}" != optional ] && ! has_secret "$1" "$2"; then
    fail "$1 needs the secret $2 ($4):" "set $3 and run this again, or: $fly secrets set --stage --app $1 $2=…"
  fi
}

app() { # APP
  "$fly" status --app "$1" >/dev/null 2>&1 || "$fly" apps create "$1" --org "$org"
}

put() { # SERVICE APP INGRESS MACHINES REGION…
  service=$1 app=$2 ingress=$3 machines=$4
  shift 4
  case $ingress in
  public) addresses= ;;
  private) addresses='--flycast --no-public-ips' ;;
  *) addresses=--no-public-ips ;;
  esac
  # shellcheck disable=SC2086 # several words or none
  "$fly" deploy . --app "$app" --config "infrastructure/fly/$service.toml" \
    --dockerfile "services/$service/Dockerfile" --ha=false --yes $addresses
  "$fly" scale count $((machines * $#)) --app "$app" --region "$(printf '%s,' "$@" | sed 's/,$//')" --yes
}

deploy() { # SERVICE
  case $1 in
  catalog)
    app shop-catalog
    secret shop-catalog DATABASE_URL CATALOG_DATABASE_URL 'where its data is'
    secret shop-catalog BUS_URL BUS_URL 'what carries the events'
    put catalog shop-catalog private 1 fra iad

    ;;
  orders)
    app shop-orders
    secret shop-orders DATABASE_URL ORDERS_DATABASE_URL 'where its data is'
    put orders shop-orders public 4 fra iad

    ;;
  mailer)
    app shop-mailer
    secret shop-mailer DATABASE_URL MAILER_DATABASE_URL 'where its data is'
    secret shop-mailer BUS_URL BUS_URL 'what carries the events'
    secret shop-mailer OPERATIONS_TOKEN MAILER_OPERATIONS_TOKEN 'what opens the routes for operators' optional
    put mailer shop-mailer none 1 fra iad

    ;;
  *) fail "there is no service $1" ;;
  esac
}

command -v "$fly" >/dev/null || fail "$fly is not installed: https://fly.io/docs/flyctl/install/"
[ $# -gt 0 ] || set -- catalog orders mailer

for name; do deploy "$name"; done
