#!/usr/bin/env bash
# run.sh ALLFRAME: the figures of the README, each group measured in one run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
allframe=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
for count in 10 100 200 1000; do python3 "$here/platform.py" $count >"services-$count.toml"; done

echo "## Reading TOML"
swift build --package-path "$here" -c release >/dev/null
binaries=$(swift build --package-path "$here" -c release --show-bin-path)
"$binaries/parse-benchmark" services-10.toml services-1000.toml
python3 -m pip install --quiet --disable-pip-version-check --target python tomli 2>/dev/null || true
PYTHONPATH=python python3 "$here/tomli_rate.py" services-10.toml services-1000.toml

echo "## Start-up"
python3 "$here/measure.py" 21 "true=true" "version=$allframe --version"

echo "## check"
python3 "$here/measure.py" 11 "10 services=$allframe check services-10.toml" \
  "100 services=$allframe check services-100.toml" \
  "1000 services=$allframe check services-1000.toml"

echo "## From a key to its consequences, 200 services"
"$binaries/pipeline-benchmark" services-200.toml 100

echo "## Generating 1,000 services"
"$allframe" ignite --config services-1000.toml --out tree --yes --no-format >/dev/null
find tree -type f | wc -l | sed 's/$/ files/'
python3 "$here/measure.py" 3 "cp -r=cp -r tree copy-{round}" \
  "ignite --no-format=$allframe ignite --config services-1000.toml --out out-{round} --yes --no-format" \
  "again, unchanged=$allframe ignite --config services-1000.toml --out tree --yes --no-format"
python3 "$here/measure.py" 1 \
  "ignite=$allframe ignite --config services-1000.toml --out formatted-{round} --yes"

echo "## The starter ecommerce"
python3 "$here/measure.py" 5 \
  "ignite --no-format=$allframe ignite --template ecommerce --out plain-{round} --yes --no-format" \
  "ignite --cloud aws --no-format=$allframe ignite --template ecommerce --cloud aws --out aws-{round} --yes --no-format" \
  "ignite=$allframe ignite --template ecommerce --out ecommerce-{round} --yes"

echo "## The starter ecommerce for AWS, Google Cloud, Fly.io and Kubernetes together; the aim is 2 s"
everywhere="--template ecommerce --cloud aws --set settings.event_bus=redis --set settings.default_database=postgres"
everywhere="$everywhere --set cloud.targets=[\"gcp\",\"fly\",\"kubernetes\"]"
python3 "$here/measure.py" 5 \
  "ignite --no-format=$allframe ignite $everywhere --out everywhere-{round} --yes --no-format" \
  "ignite=$allframe ignite $everywhere --out everywhere-formatted-{round} --yes"

echo "## The wizard, at 120 columns and 40 rows"
export HOME=$work/home
mkdir -p "$HOME"
for count in 20 200; do
  python3 "$here/platform.py" $count >"services-$count.toml"
  echo "$count services, moving about"
  python3 "$here/terminal.py" 11 '' '\x1b[B,\t,\t,\x1b[A' "$allframe" edit "services-$count.toml"
  for pause in 0.012 0.08 0.15 0.3; do
    echo "$count services, typing what one is for, $pause s between letters: each is an edit, validated and planned"
    rm -rf "$HOME" && mkdir -p "$HOME"
    QUIET=$pause python3 "$here/terminal.py" 1 '\r,\x1b[B,\x1b[B,\r' 'a,b,c,d,\x7f' "$allframe" edit "services-$count.toml"
  done
done
