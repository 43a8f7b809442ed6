#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Includes point one way: lib computes and never sees workers; the program sees
# the public header only. Each folder names what its files may include; the
# files of a folder do not count for the folders below it.
set -euo pipefail

table="
lib:             lib lib/node lib/rlpx
lib/wire:        lib lib/wire
lib/crypto:      lib lib/crypto
lib/node:        lib lib/node lib/wire lib/crypto
lib/discv4:      lib lib/node lib/wire lib/crypto lib/discv4
lib/rlpx:        lib lib/node lib/wire lib/crypto lib/rlpx
lib/dialstate:   lib lib/node lib/dialstate
workers:         lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers
workers/cmd:     workers/cmd
bench:           lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers bench/harness bench/contenders
bench/harness:   bench/harness
bench/contenders: lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers bench/harness bench/contenders
tests:           lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers tests tests/replay tests/sim bench/harness
tests/replay:    lib lib/node lib/dialstate tests tests/replay
tests/property:  lib lib/node lib/dialstate tests tests/property
tests/scale:     lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers tests tests/scale
tests/sim:       lib lib/node lib/wire lib/crypto lib/discv4 tests tests/sim
tests/stress:    lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers tests tests/stress
tests/lint:      lib
tests/fuzz:      lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate tests tests/fuzz tests/replay
tests/lint:      lib tests tests/lint
tests/whole:     lib lib/node lib/wire lib/crypto lib/discv4 lib/rlpx lib/dialstate workers tests tests/whole
tests/examples:
tests/interop/dialtone: tests/interop/dialtone
"

failed=0
complain() {
  echo "layers: $*"
  failed=1
}

while IFS=: read -r file line text; do
  folder=$(dirname "$file")
  if ! allowed=$(grep "^$folder:" <<<"$table"); then
    complain "$file: the folder $folder has no line in $0"
    continue
  fi
  target=$(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' <<<"$text")
  case $target in
  "") # <...>: our own headers are not found that way but the public one
    if grep -Eq '<(lib|workers|tests|bench)/' <<<"$text"; then
      complain "$file:$line: write project headers in quotes: $text"
    fi
    if grep -q '<dialtone.h>' <<<"$text" &&
      [[ $folder != workers/cmd && $folder != tests/examples &&
        $folder != tests/interop/dialtone ]]; then
      complain "$file:$line: write \"lib/dialtone.h\" here"
    fi
    ;;
  */*)
    case " ${allowed#*:} " in
    *" $(dirname "$target") "*) ;;
    *) complain "$file:$line: $folder may not include $target" ;;
    esac
    ;;
  *) # an embedder's program is compiled without our folders
    [ "$folder" = tests/examples ] && [ -e "$folder/$target" ] ||
      complain "$file:$line: write the folder too: \"$target\""
    ;;
  esac
done < <(find $(ls -d lib workers bench tests 2>/dev/null) -name '*.[ch]' -print0 | sort -z |
  xargs -0 grep -nHE '^[[:space:]]*#[[:space:]]*include')

[ "$failed" = 0 ] && echo "layers: ok"
exit "$failed"
