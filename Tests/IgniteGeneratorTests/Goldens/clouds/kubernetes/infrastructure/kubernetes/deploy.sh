#!/bin/sh
# deploy.sh ENVIRONMENT: builds the images and brings them to the cluster that `kubectl` talks to.
#
# A secret is taken from the environment, by the name that the script asks for; what the cluster has
# already need not be given again. TAG names the version of the images (the commit, without it),
# KUBECTL and DOCKER the programs, BUILD=no takes images that are there.
set -eu

cd "$(dirname "$0")/../.."
kubectl=${KUBECTL:-kubectl}
docker=${DOCKER:-docker}
tag=${TAG:-$(git rev-parse --short HEAD 2>/dev/null || echo 1.0.0)}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

in_namespace() { "$kubectl" --namespace "$namespace" "$@"; }

image() { printf '%s%s' "${registry:+$registry/}" "$1"; } # NAME

# Secrets go in by standard input: arguments can be seen by everybody on the machine.
secret() { # SERVICE NAME VARIABLE ABOUT [optional]
  in_namespace get secret "$1" >/dev/null 2>&1 || in_namespace create secret generic "$1" >/dev/null
  eval "value=\${$3:-}"
  if [ -n "$value" ]; then
    printf '{"data": {"%s": "%s"}}' "$2" "$(printf '%s' "$value" | base64 | tr -d '\n')" |
      in_namespace patch secret "$1" --type merge --patch-file /dev/stdin
  elif [ "${5:-}" != optional ] && [ -z "$(in_namespace get secret "$1" --output "jsonpath={.data.$2}")" ]; then
    fail "$1 needs the secret $2 ($4): set $3 and run this again"
  fi
}

build() { # SERVICE NAME
  [ "${BUILD:-yes}" = no ] && return
  "$docker" build --tag "$(image "$2"):$tag" --file "services/$1/Dockerfile" .
  [ -z "$registry" ] || "$docker" push "$(image "$2"):$tag"
}

tagged() { printf '  - name: "%s"\n    newTag: "%s"\n' "$(image "$1")" "$tag"; } # NAME

# The new version is there when all of its instances are ready.
wait_for() { # WORKLOAD…
  status=0
  for workload; do
    in_namespace rollout status "$workload" --timeout 10m || status=1
  done
  [ $status -eq 0 ] && return
  for workload; do
    in_namespace rollout undo "$workload" || true
  done
  fail 'the new version did not become ready; the one before is back'
}

[ $# -eq 1 ] || fail 'usage: deploy.sh ENVIRONMENT'
case $1 in
production)
  namespace=shop-production
  registry=registry.example.com/shop
  ;;
staging)
  namespace=shop-staging
  registry=registry.example.com/shop
  ;;
*) fail "there is no environment $1" ;;
esac
case $tag in
'' | *[!A-Za-z0-9._-]*) fail "$tag is no tag of an image" ;;
esac
command -v "$kubectl" >/dev/null || fail "$kubectl is not installed: https://kubernetes.io/docs/tasks/tools/"

overlays=infrastructure/kubernetes/overlays
"$kubectl" apply --filename "$overlays/$1/namespace.yaml"
secret catalog DATABASE_URL CATALOG_DATABASE_URL 'where its data is'
secret catalog BUS_URL BUS_URL 'what carries the events'
secret payments OPERATIONS_TOKEN PAYMENTS_OPERATIONS_TOKEN 'what opens the routes for operators' optional
secret payments STRIPE_TOKEN PAYMENTS_STRIPE_TOKEN 'stripe: the token'
build catalog shop-catalog
build notes shop-notes
build payments shop-payments

# The overlay with the tag of these images.
version=$(mktemp -d "$overlays/.version.XXXXXX")
trap 'rm -rf "$version"' EXIT
{
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'
  printf 'resources: ["../%s"]\nimages:\n' "$1"
  tagged shop-catalog
  tagged shop-notes
  tagged shop-payments
} >"$version/kustomization.yaml"
"$kubectl" apply --kustomize "$version"
wait_for deployment/catalog statefulset/notes statefulset/payments

