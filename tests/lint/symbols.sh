#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What the libraries export: the shared one exactly the header's functions,
# which tests/abi/dialtone.symbols also lists (a change there is a decision);
# the static one nothing without our prefixes.
# BUILD: the folder of a release build.
set -euo pipefail
build=${BUILD-build/release}
here=$(dirname "$0")
failed=0

compare() { # WHAT FILE OTHER FILE
  local difference
  if ! difference=$(diff "$2" "$4"); then
    echo "symbols: $1 (<) and $3 (>) differ:"
    grep '^[<>]' <<<"$difference"
    failed=1
  fi
}

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
nm -D --defined-only "$build"/libdialtone.so |
  awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/exported"
"$here/api.sh" >"$work/declared"
sort -u tests/abi/dialtone.symbols >"$work/agreed"

if grep -v '^dt_' "$work/exported"; then
  echo "symbols: the shared library exports these"
  failed=1
fi
compare "the shared library" "$work/exported" lib/dialtone.h "$work/declared"
compare tests/abi/dialtone.symbols "$work/agreed" lib/dialtone.h \
  "$work/declared"
if nm -g --defined-only "$build/libdialtone.a" | awk 'NF == 3 { print $3 }' |
  grep -vE '^dti?_'; then
  echo "symbols: the static library exports these"
  failed=1
fi
soname=$(readelf -d "$build/libdialtone.so" |
  sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
major=$(sed -n 's/^#define DIALTONE_VERSION_MAJOR  *//p' lib/dialtone.h)
if [ "$soname" != "libdialtone.so.$major" ]; then
  echo "symbols: the soname is $soname, not libdialtone.so.$major"
  failed=1
fi

[ "$failed" = 0 ] && echo "symbols: ok ($(wc -l <"$work/declared") functions)"
exit "$failed"
