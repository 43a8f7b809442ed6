#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/run.sh LOG-FOLDER LABEL=COMMAND... - run test programs, a few at a time.
#
# Each gives a line, and its whole log if it fails. The last line adds up all:
# "N passed, N failed". Counted are Criterion's "Synthesis" or a program's own
# "N passed, N failed"; a program that prints neither is one test.
#
# DIALTONE_TEST_JOBS: how many at once (the number of cores).
# DIALTONE_TEST_LIMIT: seconds that a program may take (900).
set -uo pipefail

logs=$1
shift
limit=${DIALTONE_TEST_LIMIT-900}
jobs=${DIALTONE_TEST_JOBS-$(nproc)}
rm -rf "$logs"
mkdir -p "$logs"

# Prints "passed failed" from a log and an exit status.
count() {
  local log=$1 status=$2 passed failed tested
  if read -r tested passed < <(sed -n \
    's/.*Synthesis: Tested: \([0-9]\+\) | Passing: \([0-9]\+\) .*/\1 \2/p' \
    "$log" | tail -n 1); then
    failed=$((tested - passed))
  elif ! read -r passed failed < <(sed -n \
    's/^\([0-9]\+\) passed, \([0-9]\+\) failed$/\1 \2/p' \
    "$log" | tail -n 1); then
    passed=$((status == 0 ? 1 : 0)) failed=0
  fi
  if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
    failed=1 # it crashed, or tested nothing
  fi
  echo "$passed" "$failed"
}

run() {
  local label=$1 command=$2 log status passed failed begin=$EPOCHREALTIME
  exec 2>/dev/null # the shell's own word on a program that was killed
  log=$logs/${label//\//-}
  timeout --kill-after=10 "$limit" bash -c "$command" \
    </dev/null >"$log.log" 2>&1 &
  trap "kill $! 2>/dev/null" TERM
  wait $!
  status=$?
  read -r passed failed < <(count "$log.log" "$status")
  echo "$passed" "$failed" >"$log.count"
  local ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
  if [ "$failed" = 0 ]; then
    printf 'ok      %-36s %5d passed %18d.%d s\n' "$label" "$passed" \
      $((ms / 1000)) $((ms % 1000 / 100))
    return
  fi
  {
    printf 'FAILED  %-36s %5d passed, %d failed %8d.%d s (status %d)\n' \
      "$label" "$passed" "$failed" $((ms / 1000)) $((ms % 1000 / 100)) "$status"
    [ "$status" = 124 ] && echo "        not done after $limit s"
    tail -n 200 "$log.log" | sed 's/^/        /'
  } >"$log.failed"
  cat "$log.failed"
}

trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
for entry; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
    wait -n
  done
  run "${entry%%=*}" "${entry#*=}" &
done
wait

passed=0 failed=0
for entry; do
  label=${entry%%=*}
  if read -r p f <"$logs/${label//\//-}.count"; then
    passed=$((passed + p)) failed=$((failed + f))
  else
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
