#!/usr/bin/env bash
# binary.sh ALLFRAME: the release binary works alone: copied to an empty folder with an empty
# environment it lists, checks and generates, and stripped it stays under 28 MB.
set -euo pipefail

work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-binary.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$1" "$work/allframe"
strip "$work/allframe"
size=$(stat -c %s "$work/allframe")
echo "binary: $((size / 1024)) KiB stripped"
[ "$size" -lt 28000000 ] || { echo "the binary is over 28 MB" >&2; exit 1; }
if ldd "$work/allframe" | grep -E 'swift|yaml|Foundation|icu|curses|tinfo'; then
  echo "the binary needs a library that a plain system lacks" >&2
  exit 1
fi
cd "$work"
alone() { env -i ./allframe "$@"; }
alone --version
alone list archetypes | grep -q stateless
printf '[architecture]\nname = "shop"\n\n[[services]]\nname = "orders"\ntype = "stateless"\n' >a.toml
printf 'architecture:\n  name: shop\nservices:\n  - name: orders\n    type: stateless\n' >a.yaml
alone check a.toml a.yaml
alone ignite --config a.toml --out shop --yes --no-format
test -f shop/Cargo.toml
