#!/usr/bin/env bash
# infra.sh ALLFRAME quick|full: holds the generated infrastructure to the tools that will read it, with
# each script of scripts/infra, which get the same two arguments. What a script passed with the same
# bytes, its own included, is not run again. A script says what it skips where a tool is missing.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
allframe=$(realpath "$1")
mode=$2
case $mode in quick | full) ;; *) echo "infra.sh ALLFRAME quick|full" >&2 && exit 2 ;; esac
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
mkdir -p "$cache/passed"

fingerprint() { # SCRIPT
  {
    echo "$mode"
    cat "$allframe"
    cd "$here"
    find "$1" scripts/infra.sh Tests/Infrastructure -type f -not -path '*/__pycache__/*' -print0 |
      sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}

passed=0 failed=0
for script in "$here"/scripts/infra/*.sh; do
  name=$(basename "$script" .sh)
  stamp=$cache/passed/infra-$(fingerprint "scripts/infra/$name.sh")
  if [ -f "$stamp" ]; then
    printf 'same  %-16s passed before with these bytes\n' "$name"
    passed=$((passed + 1))
    continue
  fi
  begin=$SECONDS
  log=$cache/infra-$name.log
  if "$script" "$allframe" "$mode" 2>&1 | tee "$log"; then
    printf 'ok    %-16s %-10s %4d s\n' "$name" "$mode" $((SECONDS - begin))
    passed=$((passed + 1))
    grep -q '^skip' "$log" || : >"$stamp"
  else
    printf 'FAIL  %-16s %-10s %4d s\n' "$name" "$mode" $((SECONDS - begin))
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
