#!/usr/bin/env bash
# parity.sh ALLFRAME quick|full: with `full`, the service `orders` of the platform `shop` as each target
# runs it; the same requests must have the same answers everywhere. It is built as the end-to-end check
# does, in the same cache.
set -euo pipefail
allframe=$(realpath "$1")
mode=$2
. "$(dirname "$0")/../../Tests/Infrastructure/tools.sh"

if [ "$mode" = quick ]; then
  echo 'skip  parity is of the full run'
  finish
  exit
fi
CARGO_CONFIG=$("$here/scripts/crates.sh")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target} CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0
if [ -z "${LIBCLANG_PATH:-}" ]; then # for the bindings to SQLite
  LIBCLANG_PATH=$(dirname "$(readlink -f "$(command -v swiftc)")")/../lib
  export LIBCLANG_PATH
fi
built() { (cd "$work/shop" && cargo build --quiet --config "$CARGO_CONFIG" -p orders); }
check 'shop generates' generate shop "$here/Tests/EndToEnd/architectures/shop.toml"
check 'orders builds' built
[ $failed = 0 ] || finish
python3 "$here/Tests/Infrastructure/parity/parity.py" "$CARGO_TARGET_DIR/debug/orders" | sed '$d' >"$work/said" || failed=1
cat "$work/said"
passed=$((passed + $(grep -c '^ok' "$work/said" || true)))
finish
