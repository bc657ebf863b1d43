#!/bin/sh
# Fuzzes the readers and the editor: fuzz.sh [SECONDS] [toml|yaml|edits|yaml-edits …]
# Each target runs SECONDS (10) on seeds from the test data; a crash fails and leaves its input
# in .build/fuzz/<target>/. FUZZ_SEED makes the inputs of a run follow from a number.
set -eu
cd "$(dirname "$0")/.."

# libFuzzer keeps the input of a crash only where Swift does not catch the signal itself.
export SWIFT_BACKTRACE=enable=no

seconds=${1:-10}
[ $# -gt 0 ] && shift
targets=${*:-toml yaml edits yaml-edits}

case "$(uname -s)" in
  Linux) ;;
  *) echo "fuzzing needs libFuzzer of the Swift toolchain for Linux" >&2; exit 1 ;;
esac

build=.build/fuzz
binary=$build/fuzz
mkdir -p "$build"
sources="$(find Sources/IgniteSyntax Fuzz -name '*.swift' | sort) Tests/IgniteSyntaxTests/EditGenerator.swift Tests/IgniteTestSupport/SeededGenerator.swift"

if [ ! -x "$binary" ] || [ -n "$(find $sources -newer "$binary")" ]; then
  # The generator of edits imports the module that it is compiled into: that warning says nothing.
  # shellcheck disable=SC2046,SC2086
  swiftc -O -wmo -sanitize=fuzzer -parse-as-library -suppress-warnings \
    -module-name IgniteSyntax -package-name allframe -swift-version 6 \
    -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature InternalImportsByDefault \
    -I Sources/CYAML $(pkg-config --cflags --libs yaml-0.1) $sources -o "$binary"
fi

data=Tests/IgniteSyntaxTests/Data
for target in $targets; do
  folder=$build/$target
  mkdir -p "$folder/seeds" "$folder/found"
  case $target in
    yaml*) find "$data" \( -name '*.yaml' -o -name '*.yml' \) ;;
    *) find "$data" -name '*.toml' ;;
  esac | while read -r file; do
    cp -f "$file" "$folder/seeds/$(echo "$file" | tr '/' '_')"
  done
  echo "fuzz $target: $seconds s"
  if ! FUZZ_TARGET=$target "$binary" "$folder/found" "$folder/seeds" \
    -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=4096 \
    -artifact_prefix="$folder/" -print_final_stats=1 >"$folder/log" 2>&1
  then
    tail -n 40 "$folder/log" >&2
    exit 1
  fi
  grep -E 'number_of_executed_units|average_exec_per_sec' "$folder/log"
done
