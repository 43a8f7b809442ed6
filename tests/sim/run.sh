#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/sim/run.sh OUT PROGRAM [NODES [SEED]] - every scenario of the simulation,
# the large one with NODES nodes and the others with a tenth or less, as many at
# once as there are cores; then plots, and OUT/index.html. On a terminal it shows
# how far it is.
set -euo pipefail
out=$1
program=$2
nodes=${3:-50000}
seed=${4:-1}
here=$(dirname "$0")
mkdir -p "$out"
rm -f "$out"/*.csv "$out"/*.svg "$out"/*.log

# Memory in large pages: the nodes are visited in no order.
export MALLOC_CONF=thp:always,narenas:1,dirty_decay_ms:-1,muzzy_decay_ms:-1

# SCENARIO NAME OPTION...; the longest first.
jobs() {
  echo "whole large nodes=$nodes join=120 session=3600 loss=10 minutes=4" \
    "ids=$((nodes / 5)) attack=180"
  echo "eclipse attacks nodes=$((nodes / 20)) join=60 session=3600 loss=10" \
    "minutes=6 ids=$((nodes / 100)) attack=600"
  echo "convergence quiet nodes=$((nodes / 10)) join=60 minutes=8"
  for session in 0 3600 1800; do
    for loss in 0 10 50 100; do
      echo "churn churn-$session-$loss nodes=$((nodes / 50)) join=60" \
        "session=$session loss=$loss minutes=16"
    done
  done
  for check in 1000 2000 10000; do
    echo "churn checks-$check nodes=$((nodes / 50)) join=60 session=1800" \
      "check=$check minutes=16"
  done
}

run() { # SCENARIO NAME OPTION...
  local log=$out/$2.log
  "$program" "$1" "$out" "$2" "${@:3}" "seed=$seed" >"$log" 2>&1 || {
    printf '\r\033[K' >&"$terminal"
    echo "sim: failed: $(cat "$log")"
    return 1
  }
  printf '\r\033[K' >&"$terminal"
  printf '  %-7s %s\n' SIM "$(head -n 1 "$log")"
  echo over >>"$log"
}
export -f run
export out program seed

# Virtual seconds of those that run, on one line that is written anew.
show() {
  local all
  all=$(jobs | wc -l)
  while sleep 2; do
    printf '\r\033[K  %d of %d' \
      "$(grep -lx over "$out"/*.log 2>/dev/null | wc -l)" "$all" >&2
    for log in "$out"/*.log; do
      case $(tail -n 1 "$log" 2>/dev/null) in
        *' of '*) printf '; %s %s' "$(basename "$log" .log)" \
          "$(tail -n 1 "$log")" >&2 ;;
      esac
    done
  done
}

if [ -t 2 ]; then
  export terminal=2
  show &
  shower=$!
  trap 'kill "$shower" 2>/dev/null || true' EXIT
else
  exec 9>/dev/null
  export terminal=9
fi

jobs | xargs -P "$(nproc)" -L 1 bash -c 'run "$@"' run || failed=1
if [ -n "${shower:-}" ]; then
  kill "$shower"
  printf '\r\033[K' >&2
fi
"$here/report.sh" "$out"
exit "${failed:-0}"
