#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/interop/run.sh OUT NODE [OPTION...] - discv4 and RLPx with others.
#
# Builds the nodes of go-ethereum and @ethereumjs/devp2p, and what lets them meet
# ours, in the folder OUT; then runs that, with the OPTIONs, in a network namespace
# of its own, if one can be made, else on the loopback addresses that there are.
# NODE is the command of our node. What cannot be built because a tool is missing
# is named and skipped; the packages of the others are fetched at the first run.
set -euo pipefail
mkdir -p "$1"
out=$(cd "$1" && pwd)
dialtone=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
limit=1200 # seconds that all may take
options=()

is_there() { # COMMAND VERSION WANTED-VERSION
  command -v "$1" >/dev/null &&
    [ "$(printf '%s\n' "$2" "$3" | sort -V | head -n 1)" = "$3" ]
}

# From 1.21 on it fetches the version that go.mod names by itself.
if ! is_there go "$(go env GOVERSION 2>/dev/null)" go1.21; then
  echo "skipped  everything: Go 1.21 or newer is not installed"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi

build_go() { # MODULE PACKAGE
  printf '  %-7s %s\n' GO "tests/interop/$1"
  (cd "$here/$1" && CGO_ENABLED=0 timeout 1500 go build -o "$out/$1" "$2")
}

build_js() {
  printf '  %-7s %s\n' NPM tests/interop/ethereumjs
  mkdir -p "$out/ethereumjs.d"
  cp "$here"/ethereumjs/* "$out/ethereumjs.d"
  (cd "$out/ethereumjs.d" &&
    timeout 600 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
}

build_go driver .
build_go geth .
# The conformance tests are a part of a large program: minutes at the first time.
build_go conformance github.com/ethereum/go-ethereum/cmd/devp2p
options+=(--dialtone "$dialtone" --geth "$out/geth" --devp2p "$out/conformance")
if is_there node "$(node --version 2>/dev/null)" v20 && is_there npm 1 1; then
  build_js
  options+=(--ethereumjs "node $out/ethereumjs.d/main.js")
else
  echo "interop: node 20 or newer, or npm, is not installed"
fi

driver=(timeout "$limit" "$out/driver" "${options[@]}" "$@")
# A user without rights may still be root in a namespace of theirs.
for namespace in 'unshare --net' 'unshare --net --map-root-user'; do
  if $namespace ip link set lo up 2>/dev/null; then
    exec $namespace bash -c 'ip link set lo up && exec "$@"' - "${driver[@]}"
  fi
done
exec "${driver[@]}"
