#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Atomics live in workers/ and say their order each time; nothing waits by
# spinning on the scheduler. Tests and benches may do as they like.
set -euo pipefail
failed=0

# The file without its comments, lines kept.
code() {
  "${CC-gcc}" -fpreprocessed -dD -E -P -x c "$1" 2>/dev/null
}

forbid() { # PATTERN REASON FILE...
  local pattern=$1 reason=$2 file hit
  shift 2
  for file; do
    if hit=$(code "$file" | grep -E "$pattern"); then
      echo "atomics: $file: $reason:"
      sed 's/^[[:space:]]*/    /' <<<"$hit"
      failed=1
    fi
  done
}

mapfile -t lib < <(find lib -name '*.[ch]' | sort)
mapfile -t workers < <(find workers -name '*.[ch]' | sort)
operation='load|store|exchange|compare_exchange_(strong|weak)|fetch_[a-z]+'
operation+='|flag_test_and_set|flag_clear'

forbid "\\batomic_($operation)[[:space:]]*\\(" "use the _explicit form" \
  "${workers[@]}"
forbid '\b(_Atomic|atomic_[a-z_]+|stdatomic\.h)\b' "no atomics in lib" \
  "${lib[@]}"
forbid '\b(__sync_[a-z_]+|__atomic_[a-z_]+)\b' "use <stdatomic.h>" \
  "${lib[@]}" "${workers[@]}"
forbid '\bvolatile\b' "volatile orders nothing" "${lib[@]}" "${workers[@]}"
forbid '\b(usleep|sched_yield|pthread_yield|thrd_yield)\b' \
  "threads wait in workers/park.c" "${lib[@]}" "${workers[@]}"

# Plain operators on an _Atomic: only a compiler sees them.
include=$(mktemp -d)
trap 'rm -r "$include"' EXIT
ln -s "$PWD/lib/dialtone.h" "$include/dialtone.h"
while read -r file; do
  if ! clang -std=c11 -D_GNU_SOURCE -I. -I"$include" -fsyntax-only \
    -Werror=atomic-implicit-seq-cst "$file"; then
    echo "atomics: $file: use the _explicit form"
    failed=1
  fi
done < <(find workers -name '*.c' | sort)

[ "$failed" = 0 ] && echo "atomics: ok"
exit "$failed"
