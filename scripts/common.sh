# Sourced by the other scripts: where the repository is, and how they talk.
# shellcheck shell=bash
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Runs a command whose output matters only when it fails: quiet LOG COMMAND...
quiet() {
  local log="$1"
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    grep -E 'error:|warning:' "$log" | sort -u | head -40 >&2 || true
    tail -20 "$log" >&2
    die "'$*' failed; all of its output is in $log"
  fi
}

# The Swift toolchain may be installed without being on PATH.
if ! command -v swift >/dev/null; then
  for folder in /opt/swift/usr/bin /usr/local/swift/usr/bin "$HOME/.local/share/swiftly/bin"; do
    if [ -x "$folder/swift" ]; then export PATH="$folder:$PATH"; fi
  done
fi
