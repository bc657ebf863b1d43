#!/bin/sh
# deploy.sh [plan|apply]: builds the images of the services, pushes them and sets the platform up on AWS.
#
# STATE_BUCKET names the S3 bucket that keeps Terraform's state, TF_VAR_… what `variables.tf` asks for.
# IMAGE_TAG is the version; the commit where it is not set. It can be run again at any time: images that
# are in the registry already are not built.
set -eu

cd "$(dirname "$0")"
terraform=${TERRAFORM:-terraform}
docker=${DOCKER:-docker}
aws=${AWS:-aws}
action=${1:-apply}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

for program in "$terraform" "$docker" "$aws"; do
  command -v "$program" >/dev/null || fail "$program is not installed"
done
: "${STATE_BUCKET:?names the S3 bucket that keeps the state}"
region=${TF_VAR_region:-eu-west-1}
tag=${IMAGE_TAG:-$(git rev-parse --short=12 HEAD)}
export TF_VAR_image_tag="$tag"

"$terraform" init -input=false -backend-config="bucket=$STATE_BUCKET" \
  -backend-config="region=${STATE_REGION:-$region}" >/dev/null
"$terraform" workspace select -or-create "$region"
if [ "$action" = plan ]; then exec "$terraform" plan -input=false; fi
[ "$action" = apply ] || fail "deploy.sh plan or deploy.sh apply"

# The registry first, so that there is something to run.
"$terraform" apply -input=false -auto-approve \
  -target=module.images_catalog \
  -target=module.images_orders \
  -target=module.images_mailer


platform=linux/$(printf '%s' "${TF_VAR_architecture:-ARM64}" | sed 's/X86_64/amd64/; s/ARM64/arm64/')
push() { # SERVICE
  url=$("$terraform" output -json images | sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p')
  registry=${url%%/*}
  if "$aws" ecr describe-images --region "$region" --repository-name "${url#*/}" \
    --image-ids "imageTag=$tag" >/dev/null 2>&1; then return; fi
  "$aws" ecr get-login-password --region "$region" |
    "$docker" login --username AWS --password-stdin "$registry" >/dev/null
  "$docker" build --platform "$platform" --file "../../../services/$1/Dockerfile" --tag "$url:$tag" ../../..
  "$docker" push "$url:$tag"
}
push catalog
push orders
push mailer

"$terraform" apply -input=false -auto-approve
"$terraform" output
