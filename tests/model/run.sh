#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Check the models of the queues, of parking and of queries with spin: each must
# hold, and each mistake that can be built into one must be found. Takes half a
# minute, and less than 1 GiB. The last line is "N passed, N failed".
#
# MODEL_KEEP=FOLDER keeps the generated checkers and the trails there.
set -uo pipefail

models=$(cd "$(dirname "$0")" && pwd)
limit_mib=900
limit_s=120
passed=0 failed=0

for tool in spin "${CC:=gcc}"; do
  if ! command -v "$tool" >/dev/null; then
    echo "model: $tool is not installed (Debian: apt-get install spin gcc)" >&2
    exit 1
  fi
done
if [ -n "${MODEL_KEEP-}" ]; then
  work=$MODEL_KEEP
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -r "$work"' EXIT
fi

# Explore all that MODEL with OPTIONS can do; the report goes to ./report.
# KIND "states": assertions, and states in which a thread is stuck.
# KIND "cycles": threads that run in circles without getting anywhere.
explore() { # KIND MODEL OPTION...
  local kind=$1 model=$2 build=-DSAFETY run=
  shift 2
  [ "$kind" = cycles ] && build=-DNP run=-l
  spin -a "$@" "$models/$model.pml" >report 2>&1 &&
    "$CC" -O1 -w -DNOFAIR -DCOLLAPSE -DMEMLIM=$limit_mib $build \
      -o pan pan.c >>report 2>&1 &&
    timeout "$limit_s" ./pan -m100000 $run >report 2>&1
}

# What a report says: "holds", "fails: WHY" or "not explored: WHY".
verdict() {
  local why
  if why=$(grep -m 1 -E '^pan:[0-9]+: ' report); then
    echo "fails: ${why#*: }"
  elif grep -q 'errors: 0' report &&
    ! grep -qE 'not completed|max search depth too small' report; then
    echo "holds"
  else
    echo "not explored: $(head -n 1 report)"
  fi
}

check() { # EXPECTED KIND MODEL OPTION...
  local expected=$1 said states
  shift
  local kind=$1 model=$2
  mkdir -p "$work/$((passed + failed + 1))"
  cd "$work/$((passed + failed + 1))" || exit 1
  explore "$@"
  said=$(verdict)
  states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' report)
  shift 2
  local mark=ok
  if [ "${said%%:*}" = "$expected" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1)) mark=FAILED
  fi
  printf '%-7s %-10s %-6s %9s states  %s%s\n' "$mark" "$model" "$kind" \
    "${states:-0}" "${said%% (at depth*}" "${*:+  [${*#-D}]}"
}

echo "these must hold"
check holds states park
check holds states park -DPRODUCERS=1 -DEACH=3 -DDEADLINES=0
check holds states park -DCONSUMERS=2 -DEACH=2
check holds states park -DCONSUMERS=2 -DSTOP
check holds cycles park -DCONSUMERS=2
check holds states order
check holds states order -DDEADLINES=1
check holds cycles order
check holds states task_queue
check holds cycles task_queue -DITEMS=4
check holds states answer
check holds states answer -DCALLERS=3 -DGIVE_UPS=3
check holds states answer -DGIVE_UPS=0

echo "these have a mistake built in and must fail"
check fails states park -DWITHOUT_FENCE
check fails states park -DWITHOUT_RECHECK
check fails states park -DWITHOUT_PASS_ON
check fails states park -DSTOP_KEEPS_EPOCH -DCONSUMERS=2 -DSTOP
# Not at the first trace of it, but when somebody sleeps for ever.
for mistake in TWO_WORDS TICKET_AFTER_COUNT CANCEL_KEEPS_WAKING; do
  check fails states park -D$mistake -DCONSUMERS=2 -DEACH=2 \
    -DDEADLINES=0 -DWAKING_MAY_STICK
done
check fails states order -DWITHOUT_FENCE
check fails states order -DFIRST_WAKES_ONLY
check fails states order -DLOOK_AT_QUEUE_ONLY
check fails states order -DHAND_OUT_EARLY
check fails cycles order -DEMPTY_BY_TAIL
check fails states task_queue -DREAD_AFTER_CLAIM
check fails states task_queue -DCLAIM_BY_STORE
check fails states task_queue -DNO_MARK
check fails states task_queue -DONE_LOOK
check fails states task_queue -DOLDEST_FIRST
check fails states answer -DLOOK_THEN_CLEAR
check fails states answer -DRAISE_FIRST
check fails states answer -DWAKE_IS_ANSWER
check fails states answer -DSTORE_DONE
check fails states answer -DFREE_AT_ONCE

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
