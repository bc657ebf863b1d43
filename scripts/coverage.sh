#!/usr/bin/env bash
# coverage.sh FOLDER MINIMUM: runs the tests of the cargo workspace in FOLDER with its own crates
# instrumented and fails where fewer than MINIMUM percent of their lines are covered. The examples in the
# docs are run as well, but cover nothing.
# CARGO_TARGET_DIR and CARGO_CONFIG (a config file) are taken from the environment.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$1 minimum=$2
target=${CARGO_TARGET_DIR:?}
llvm=$(dirname "$(readlink -f "$(command -v swiftc)")") # reads the profiles of rustc's LLVM
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-coverage.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Called for workspace members only, so dependencies stay as they are and are shared.
wrapper=$target/instrument.sh
mkdir -p "$target"
# bash, because dash drops CARGO_BIN_EXE_some-name from the environment.
printf '#!/usr/bin/env bash\nexec "$@" -C instrument-coverage\n' >"$wrapper.new"
chmod +x "$wrapper.new"
mv "$wrapper.new" "$wrapper"
export RUSTC_WORKSPACE_WRAPPER=$wrapper LLVM_PROFILE_FILE="$work/%p-%m.profraw"
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-6} # they wait more than they compute

cd "$folder"
cargo test --quiet --config "$CARGO_CONFIG" --workspace --all-targets --no-run \
  --message-format=json >"$work/build.json"
"$here/run-tests.py" "$work/build.json" 4
LLVM_PROFILE_FILE="$work/examples/%p" cargo test --quiet --config "$CARGO_CONFIG" --workspace --doc
python3 - "$work/build.json" >"$work/objects" <<'PYTHON'
import json, sys

for line in open(sys.argv[1]):
    if not line.startswith("{"):
        continue
    message = json.loads(line)
    if message.get("reason") != "compiler-artifact" or not message["package_id"].startswith("path+"):
        continue
    if message.get("executable"):
        print(message["executable"])
    elif "proc-macro" in message["target"]["kind"]:
        print(*[name for name in message["filenames"] if name.endswith(".so")], sep="\n")
PYTHON
"$llvm/llvm-profdata" merge -sparse "$work"/*.profraw -o "$work/all.profdata"
arguments=(--instr-profile "$work/all.profdata"
  --ignore-filename-regex '/rustc/|/registry/|/\.cargo/|/target/|/tests/|/benches/')
while read -r object; do arguments+=(-object "$object"); done <"$work/objects"
"$llvm/llvm-cov" export --summary-only "${arguments[@]}" >"$work/summary.json" 2>/dev/null
python3 - "$work/summary.json" "$minimum" "$PWD" <<'PYTHON'
import json, sys

data = json.load(open(sys.argv[1]))["data"][0]
minimum, root = float(sys.argv[2]), sys.argv[3]
crates = {}
for file in data["files"]:
    name = file["filename"].removeprefix(root + "/")
    crate = "/".join(name.split("/")[:2])
    lines = file["summary"]["lines"]
    covered, count = crates.get(crate, (0, 0))
    crates[crate] = covered + lines["covered"], count + lines["count"]
for crate, (covered, count) in sorted(crates.items()):
    print(f"  {crate:32} {100 * covered / max(count, 1):6.2f} % of {count} lines")
total = data["totals"]["lines"]
percent = 100 * total["covered"] / max(total["count"], 1)
print(f"  {'all':32} {percent:6.2f} % of {total['count']} lines")
sys.exit(0 if percent >= minimum else f"line coverage {percent:.2f} % is below {minimum} %")
PYTHON
