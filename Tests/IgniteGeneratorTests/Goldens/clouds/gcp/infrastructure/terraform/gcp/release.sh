#!/bin/sh
# release.sh setup                       makes what comes before the first release: state, images, secrets
# release.sh deploy RELEASE [SERVICE…]   builds images and lets them take over, all of them without names
# release.sh promote [SERVICE…]          gives the newest release all requests
# release.sh rollback [SERVICE…]         gives the release before it all requests
#
# PROJECT names the project. What runs where is in releases.auto.tfvars.json: keep it with the code.
set -eu

cd "$(dirname "$0")"
project=${PROJECT:?names the project of Google Cloud}
bucket=${STATE_BUCKET:-$project-shop-state}
region=europe-west1

file=releases.auto.tfvars.json
export TF_VAR_project_id="$project" TF_IN_AUTOMATION=1

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

name() { # SERVICE: what Cloud Run calls it
  case $1 in
  catalog) echo shop-catalog ;;
  orders) echo shop-orders ;;
  mailer) echo shop-mailer ;;
  *) fail "there is no service $1" ;;
  esac
}

init() {
  terraform init -input=false -backend-config="bucket=$bucket" >/dev/null
}

apply() { # ARGUMENT…
  terraform apply -input=false -auto-approve "$@"
}

# The release of a service that surely works: the newest one, or the one before while it is tried.
stable() { # SERVICE
  jq -r --arg service "$1" '.releases[$service] // {} |
    if (.percent // 100) == 100 then .release // "" else .stable // "" end' "$file"
}

# Writes what runs: the file is there whole or not at all.
put() { # SERVICE RELEASE STABLE PERCENT
  jq --arg service "$1" --arg release "$2" --arg stable "$3" --argjson percent "$4" \
    '.releases[$service] = {release: $release, percent: $percent} +
      (if $stable == "" then {percent: 100} else {stable: $stable} end)' "$file" >"$file.new"
  mv "$file.new" "$file"
}

share() { # PERCENT SERVICE…: of the requests for the newest release where there is one before it
  percent=$1
  shift
  for service; do
    jq -e --arg service "$service" '.releases[$service].stable' "$file" >/dev/null 2>&1 || continue
    jq --arg service "$service" --argjson percent "$percent" '.releases[$service].percent = $percent' \
      "$file" >"$file.new"
    mv "$file.new" "$file"
  done
  apply
}

setup() {
  gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com \
    storage.googleapis.com --project "$project"
  # Google's own accounts are made when they are first needed, and roles are given to them before.
  # shellcheck disable=SC2043 # one or several
  for agent in run pubsub; do
    gcloud services enable "$agent.googleapis.com" --project "$project"
    gcloud beta services identity create --service "$agent.googleapis.com" --project "$project" >/dev/null
  done
  gcloud storage buckets describe "gs://$bucket" --project "$project" >/dev/null 2>&1 ||
    gcloud storage buckets create "gs://$bucket" --project "$project" --location "$region" \
      --uniform-bucket-level-access --public-access-prevention
  gcloud storage buckets update "gs://$bucket" --versioning
  init
  set -- -target=module.registry
  apply "$@"
  missing
}

# Secrets that only people have: a service does not start without them.
missing() {
  status=0
  for secret in; do
    gcloud secrets versions describe latest --secret "$secret" --project "$project" >/dev/null 2>&1 && continue
    # shellcheck disable=SC2016 # for whoever reads it
    printf '%s has no value yet: printf %%s "$VALUE" | gcloud secrets versions add %s --data-file=- --project %s\n' \
      "$secret" "$secret" "$project" >&2
    status=1
  done
  return $status
}

images() { # RELEASE SERVICE…
  release=$1
  shift
  registry=$(terraform output -raw registry)
  for service; do
    image=$registry/$service:$release
    docker build --platform linux/amd64 --file "../../../services/$service/Dockerfile" --tag "$image" ../../..
    docker push "$image"
  done
}

query() { # PROMQL: the number, or nothing where nothing was measured
  # A token among the arguments could be seen by everybody on the machine.
  answer=$(printf 'Authorization: Bearer %s\n' "$(gcloud auth print-access-token)" |
    curl --fail --silent --show-error --header @- --data-urlencode "query=$1" \
      "https://monitoring.googleapis.com/v1/projects/$project/location/global/prometheus/api/v1/query") ||
    return 1
  printf '%s' "$answer" | jq -r '.data.result[0].value[1] // "" | if . == "NaN" then "" else . end'
}

exceeds() { # NUMBER LIMIT
  [ -n "$1" ] && awk -v number="$1" -v limit="$2" 'BEGIN { exit !(number + 0 > limit + 0) }'
}

# Whether a release keeps what it must: the criteria of `deployment.promotion_criteria`.
keeps() { # SERVICE RELEASE MINUTES
  revision=monitored_resource=\"cloud_run_revision\",revision_name=\"$(name "$1")-$2\"
  count=run_googleapis_com:request_count
  # What cannot be measured is not trusted.
  errors=$(query "sum(increase($count{$revision,response_code_class=\"5xx\"}[$3m])) / sum(increase($count{$revision}[$3m]))") ||
    return 1
  if exceeds "$errors" 0.01; then
    echo "$1 $2: a share of $errors of the requests failed" >&2
    return 1
  fi
  slow=$(query "histogram_quantile(0.99, sum by (le) (increase(run_googleapis_com:request_latencies_bucket{$revision}[$3m])))") ||
    return 1
  if exceeds "$slow" 500; then
    echo "$1 $2: 1 of 100 requests took longer than $slow ms" >&2
    return 1
  fi
}

watch() { # RELEASE SERVICE…
  release=$1
  shift
  minute=0
  while [ $minute -lt 10 ]; do
    minute=$((minute + 1))
    sleep "${WATCH_PAUSE:-60}"
    for service; do
      keeps "$service" "$release" $((minute + 1)) || return 1
    done
  done
}

deploy() { # RELEASE SERVICE…
  release=$1
  shift
  case $release in
  '' | *[!a-z0-9-]* | -* | *- | ??????????????*)
    fail "a release is named by at most 13 small letters, digits and hyphens, such as $(git rev-parse --short=10 HEAD 2>/dev/null || echo r1)" ;;
  esac
  missing || exit 1
  images "$release" "$@"
  for service; do
    before=$(stable "$service")
    [ "$before" != "$release" ] || fail "$service runs $release already"
    put "$service" "$release" "$before" 10
  done
  # A revision that does not become ready fails here and gets no request.
  apply || back "$@"
  watch "$release" "$@" || back "$@"
  share 100 "$@"
}

back() { # SERVICE…
  echo "back to the release before" >&2
  share 0 "$@"
  exit 1
}

[ $# -gt 0 ] || fail "usage: release.sh setup | deploy RELEASE [SERVICE…] | promote [SERVICE…] | rollback [SERVICE…]"
for tool in docker gcloud jq terraform; do
  command -v $tool >/dev/null || fail "$tool is not installed"
done
[ -e "$file" ] || echo '{"releases": {}}' >"$file"

task=$1
shift
case $task in
setup) setup && exit 0 || exit 1 ;;
deploy)
  [ $# -gt 0 ] || fail "which release?"
  wanted=$1
  shift
  ;;
promote | rollback) ;;
*) fail "there is no $task; see the head of this file" ;;
esac
[ $# -gt 0 ] || set -- catalog orders mailer

for service; do name "$service" >/dev/null || exit 1; done
init
case $task in
deploy) deploy "$wanted" "$@" ;;
promote) share 100 "$@" ;;
rollback) share 0 "$@" ;;
esac
