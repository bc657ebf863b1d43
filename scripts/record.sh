#!/usr/bin/env bash
# Walks through the real program in a terminal and records it as docs/wizard.cast, which asciinema plays.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A recording run fails by design, so that none passes as a test.
IGNITE_RECORD=1 swift test --quiet --filter RecordingTests >"$log" 2>&1 || true
grep -q 'recorded docs/wizard.cast' "$log" || { cat "$log"; exit 1; }
echo "docs/wizard.cast is recorded; play it with: asciinema play docs/wizard.cast"
