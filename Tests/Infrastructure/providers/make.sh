#!/usr/bin/env bash
# make.sh BINDING…: makes a mirror of schema-only Terraform providers out of their bindings on PyPI
# (`cdktn-provider-google`) and prints the path of a CLI config that uses it. It is made once, in the
# cache. Where the bindings cannot be had it says so and ends with 3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}/providers
python=$cache/python/bin/python
mkdir -p "$cache"

unavailable() {
  echo "$1" >&2
  exit 3
}

if ! "$python" -c 'import tf.runner, msgpack' 2>/dev/null; then
  python3 -m venv "$cache/python" >/dev/null 2>&1 || unavailable "python3 has no venv"
  "$python" -m pip install --quiet --disable-pip-version-check tf==1.2.0 msgpack >&2 ||
    unavailable "PyPI does not answer"
fi

arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
platform=$(uname -s | tr '[:upper:]' '[:lower:]')_$arch
# What the bindings are read and served by is part of what was made.
made_by=$(cat "$here/provider_schema.py" "$here/schema_provider.py" | cksum | cut -d' ' -f1)

for binding; do
  stamp=$cache/${binding//[=<>~]/-}-$made_by
  [ ! -e "$stamp" ] || continue
  wheels=$(mktemp -d)
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$wheels" "$binding" >&2 ||
    unavailable "PyPI does not have $binding"
  "$python" "$here/provider_schema.py" "$wheels"/*.whl "$cache/schema.new" >&2
  rm -rf "$wheels"
  read -r address version < <("$python" -c '
import json, sys
schema = json.load(open(sys.argv[1]))
print(schema["name"], schema["version"])' "$cache/schema.new")
  name=${address##*/}
  folder=$cache/mirror/$address/$version/$platform
  rm -rf "$cache/mirror/$address"
  mkdir -p "$folder"
  mv "$cache/schema.new" "$cache/$name.json"
  cp "$here/schema_provider.py" "$cache/schema_provider.py"
  {
    echo '#!/bin/sh'
    printf 'PROVIDER_SCHEMA=%q exec %q %q\n' "$cache/$name.json" "$python" "$cache/schema_provider.py"
  } >"$folder/terraform-provider-${name}_v$version"
  chmod +x "$folder/terraform-provider-${name}_v$version"
  : >"$stamp"
done

cat >"$cache/terraform.rc" <<CONFIG
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = "$cache/mirror"
    include = ["registry.terraform.io/*/*"]
  }
}
CONFIG
echo "$cache/terraform.rc"
