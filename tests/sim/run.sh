#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/sim/run.sh OUT PROGRAM [NODES [SEED]] - every scenario of the simulation,
# the large ones with NODES nodes and the others with a tenth or less, as many at
# once as there are cores; then plots, and OUT/index.html.
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
  echo "whole large nodes=$nodes join=300 session=3600 loss=10 minutes=20" \
    "ids=$((nodes / 5)) attack=600"
  echo "eclipse attacks nodes=$((nodes / 10)) join=120 session=3600 loss=10" \
    "minutes=10 ids=$((nodes / 50)) attack=1200"
  echo "convergence quiet nodes=$((nodes / 10)) join=60 minutes=20"
  for session in 0 3600 1800; do
    for loss in 0 10 50 100; do
      echo "churn churn-$session-$loss nodes=$((nodes / 25)) join=60" \
        "session=$session loss=$loss minutes=30"
    done
  done
  for check in 1000 2000 10000; do
    echo "churn checks-$check nodes=$((nodes / 25)) join=60 session=1800" \
      "check=$check minutes=30"
  done
}

run() { # SCENARIO NAME OPTION...
  local log=$out/$2.log
  "$program" "$1" "$out" "$2" "${@:3}" "seed=$seed" >"$log" 2>&1 || {
    echo "sim: failed: $(cat "$log")"
    return 1
  }
  printf '  %-7s %s\n' SIM "$(head -n 1 "$log")"
}
export -f run
export out program seed

jobs | xargs -P "$(nproc)" -L 1 bash -c 'run "$@"' run || failed=1
"$here/report.sh" "$out"
exit "${failed:-0}"
