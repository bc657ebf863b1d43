#!/usr/bin/env bash
# gcp.sh ALLFRAME quick|full: generates platforms for Google Cloud and holds their Terraform to the real
# tools, with providers that know the schema and the words of the documentation and reach nothing:
# fmt, init, validate, plan, terraform test, and what the plan must say (Tests/Infrastructure/gcp).
# `quick` takes the starters `service` and `ecommerce` and events that are pushed, `full` all of them and all of
# Tests/Infrastructure/gcp, applies and destroys each of them, and lets checkov look at them.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
allframe=$(realpath "$1")
extent=${2:-quick}
tests=$here/Tests/Infrastructure/gcp
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
work=$cache/infra/gcp
mkdir -p "$work"

skip() {
  echo "skip  gcp              $1"
  echo "0 passed, 0 failed"
  exit 0
}

command -v terraform >/dev/null || skip "terraform is not on PATH"
config=$("$here/Tests/Infrastructure/providers/make.sh" cdktn-provider-google==21.1.0 cdktn-provider-random==15.0.1) ||
  skip "the schema-only providers cannot be made"
export TF_CLI_CONFIG_FILE=$config TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
python=$cache/providers/python/bin/python

passed=0 failed=0
step() { # PLATFORM STEP COMMAND…
  local begin=$SECONDS log=$work/$1-$2.log
  if "${@:3}" >"$log" 2>&1; then
    printf 'ok    %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    passed=$((passed + 1))
  else
    printf 'FAIL  %-16s %-10s %4d s\n' "$1" "$2" $((SECONDS - begin))
    tail -n 60 "$log"
    failed=$((failed + 1))
    return 1
  fi
}

in_folder() { (cd "$1" && "${@:2}"); }

terraform_in() { timeout 600 terraform "-chdir=$1" "${@:2}"; }

plan() { # FOLDER
  # Values for what has no default: those of the platform's own test.
  sed -n '/^variables {/,/^}/p' "$1/tests/platform.tftest.hcl" | sed '1d;$d' >"$1/check.auto.tfvars"
  terraform_in "$1" plan -input=false -no-color -lock=false -out=plan.bin &&
    terraform_in "$1" show -json plan.bin >"$1/plan.json"
}

# The state of a platform is on this disk here.
at_home() { printf 'terraform {\n  backend "local" {}\n}\n' >"$1/ci_override.tf"; }

# What Pulumi would make, with a Pulumi that reaches nothing, and whether the types fit.
check_pulumi() { # NAME FOLDER
  local stack=$2/infrastructure/pulumi/gcp tools=$cache/pulumi/bin
  if ! "$tools/python" -c 'import pulumi_gcp, pulumi_random, pytest, basedpyright' 2>/dev/null; then
    python3 -m venv "$cache/pulumi" && "$tools/pip" install --quiet --disable-pip-version-check \
      --requirement "$stack/requirements.txt" pytest basedpyright >&2 || {
      echo "skip  $1: PyPI does not answer"
      return 0
    }
  fi
  step "$1" pytest in_folder "$stack" "$tools/python" -m pytest -q -p no:cacheprovider &&
    step "$1" types in_folder "$stack" "$tools/basedpyright" --pythonpath "$tools/python" || true
}

check() { # NAME FOLDER
  if [ -d "$2/infrastructure/pulumi/gcp" ]; then
    check_pulumi "$@"
    return
  fi
  local stack=$2/infrastructure/terraform/gcp
  step "$1" fmt terraform fmt -check -diff -recursive "$2/infrastructure/terraform" &&
    step "$1" script sh -n "$stack/release.sh" || return 0
  at_home "$stack"
  step "$1" init terraform_in "$stack" init -input=false -no-color &&
    step "$1" validate terraform_in "$stack" validate -no-color &&
    step "$1" plan plan "$stack" &&
    step "$1" words "$python" "$tests/assert_plan.py" "$2/architecture.toml" "$stack/plan.json" &&
    step "$1" test terraform_in "$stack" test -no-color || return 0
  [ "$extent" = full ] || return 0
  step "$1" apply terraform_in "$stack" apply -input=false -no-color -lock=false plan.bin || return 0
  # What keeps data is kept from being removed, and that is a thing to see as well.
  step "$1" destroy terraform_in "$stack" destroy -auto-approve -input=false -no-color -lock=false \
    -var deletion_protection=false
  local checkov=$cache/infra/checkov/bin/checkov
  if ! [ -x "$checkov" ]; then
    python3 -m venv "$cache/infra/checkov" &&
      "$cache/infra/checkov/bin/pip" install --quiet --disable-pip-version-check checkov >&2 || {
      echo "skip  $1: checkov cannot be installed"
      return 0
    }
  fi
  rm -rf "$stack/.terraform" "$stack"/plan.* "$stack"/terraform.tfstate*
  step "$1" checkov "$checkov" --directory "$2/infrastructure/terraform" --framework terraform \
    --quiet --compact --skip-download --config-file "$tests/checkov.yaml"
}

platform() { # NAME ARGUMENT…
  local folder=$work/$1
  rm -rf "$folder"
  step "$1" generate "$allframe" ignite --out "$folder" --yes --no-format "${@:2}" &&
    check "$1" "$folder" || true
}

# A check that sees no mistakes would be none.
sees_mistakes() {
  local folder=$work/mistakes
  rm -rf "$folder"
  mkdir -p "$folder"
  printf 'resource "google_compute_firewall" "this" {\n  name = "a"\n  network = "b"\n' >"$folder/main.tf"
  printf '  direction = "SIDEWAYS"\n}\n' >>"$folder/main.tf"
  terraform_in "$folder" init -input=false -no-color
  ! terraform_in "$folder" validate -no-color >"$folder/log" 2>&1 && grep 'SIDEWAYS' "$folder/log"
}

step provider mistakes sees_mistakes || true
platform service --template service --cloud gcp
platform ecommerce --template ecommerce --cloud gcp --set deployment.strategy=blue-green
if [ "$extent" = quick ]; then
  platform push --config "$tests/push.toml"
else
  platform shop --template shop --cloud gcp --set deployment.strategy=canary
  platform data-pipeline --template data-pipeline --cloud gcp
  for config in "$tests"/*.toml; do
    platform "$(basename "$config" .toml)" --config "$config"
  done
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
