#!/usr/bin/env bash
# shuttle.sh ALLFRAME quick|full: what Shuttle's last release read is there and is TOML; `full` compiles the
# entry point against the types that shuttle-runtime documents (Tests/Infrastructure/shuttle), for the crate
# itself is not at hand and the platform is gone, and runs its tests.
set -euo pipefail
allframe=$(realpath "$1")
mode=$2
. "$(dirname "$0")/../../Tests/Infrastructure/tools.sh"

example=$here/Sources/IgniteCatalog/Entries/clouds/shuttle/example.toml
read_by_toml() { # FOLDER
  python3 - "$1" <<'PYTHON'
import pathlib, sys, tomllib
folder = pathlib.Path(sys.argv[1])
assert list(tomllib.loads((folder / "Shuttle.toml").read_text())) == ["deploy"]
package = tomllib.loads((folder / "crates/on-shuttle/Cargo.toml").read_text())
assert package["features"] == {"shuttle": ["dep:shuttle-runtime"]}
assert package["dependencies"]["shuttle-runtime"]["optional"] is True
PYTHON
}
check 'shop generates' generate shop "$example"
check 'Shuttle.toml is TOML' read_by_toml "$work/shop"
check 'it is told that Shuttle stopped' grep -q '2026-01-16' "$work/shop/crates/on-shuttle/README.md"
if [ "$mode" = quick ] || [ $failed != 0 ]; then
  finish
  exit
fi
CARGO_CONFIG=$("$here/scripts/crates.sh")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target} CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0
if [ -z "${LIBCLANG_PATH:-}" ]; then # for the bindings to SQLite
  LIBCLANG_PATH=$(dirname "$(readlink -f "$(command -v swiftc)")")/../lib
  export LIBCLANG_PATH
fi
on_shuttle() { # COMMAND [ARGUMENT…]
  (cd "$work/shop" && cargo "$1" --quiet --config "$CARGO_CONFIG" \
    --config "patch.crates-io.shuttle-runtime.path=\"$here/Tests/Infrastructure/shuttle/shuttle-runtime\"" \
    --package on-shuttle --features shuttle "${@:2}")
}
formatted() { (cd "$work/shop" && cargo fmt --check --package on-shuttle); }
check 'the entry point is formatted' formatted
check 'the entry point fits its types' on_shuttle clippy --all-targets -- --deny warnings
check 'its tests pass' on_shuttle test
finish
