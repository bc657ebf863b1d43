# tools.sh, to be sourced: what the scripts of scripts/infra share.
#
# `tools NAME PACKAGE…` makes a Python environment with packages of fixed versions in the cache and puts
# it first on PATH; `generate NAME CONFIG [TEXT [OPTION…]]` makes a platform of a config with more text
# behind it;
# `check NAME COMMAND…` tells what became of a command; `finish` tells how many of them passed.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${ALLFRAME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allframe}
work=$(mktemp -d "${TMPDIR:-/tmp}/allframe-infra.XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

tools() { # NAME PACKAGE…
  local folder=$cache/tools/$1
  shift
  if [ "$(cat "$folder/packages" 2>/dev/null)" != "$*" ]; then
    rm -rf "$folder"
    if ! { python3 -m venv "$folder" &&
      "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"; } >"$work/tools.log" 2>&1; then
      rm -rf "$folder"
      echo "skip  $* cannot be had:"
      tail -n 3 "$work/tools.log"
      return 1
    fi
    echo "$*" >"$folder/packages"
  fi
  PATH=$folder/bin:$PATH
}

generate() { # NAME CONFIG [TEXT [OPTION…]]
  cp "$2" "$work/$1.toml"
  printf '%s\n' "${3:-}" >>"$work/$1.toml"
  "$allframe" ignite --config "$work/$1.toml" --out "$work/$1" --yes "${@:4}"
}

check() { # NAME COMMAND…
  local name=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then
    printf 'ok    %s\n' "$name"
    passed=$((passed + 1))
  else
    printf 'FAIL  %s\n' "$name"
    tail -n 40 "$work/check.log"
    failed=$((failed + 1))
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
