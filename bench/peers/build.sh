#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bench/peers/build.sh OUT - build the contenders that are written in Go.
#
# Each folder here with a go.mod is a module; each of its folders with a main.go
# becomes the program OUT/FOLDER. What cannot be built is named and left out:
# the benchmarks then say that it is missing.
set -euo pipefail
out=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)

for module in "$here"/*/go.mod; do
  [ -e "$module" ] || continue
  module=$(dirname "$module")
  for program in "$module"/*/main.go; do
    [ -e "$program" ] || continue
    name=$(basename "$(dirname "$program")")
    if ! command -v go >/dev/null; then
      rm -f "$out"/*
      echo "peers: Go is not installed (Debian: golang-go): no contenders in Go"
      exit 0
    fi
    printf '  %-7s %s\n' GO "$(basename "$module")/$name"
    if ! said=$(cd "$module" && timeout 300 \
      go build -o "$out/$name" "./$name" 2>&1); then
      rm -f "$out/$name"
      echo "peers: $(basename "$module")/$name cannot be built:" \
        "$(tail -n 1 <<<"$said")"
    fi
  done
done
