#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The options in README.md and dialtone(1) are those of lib/config.def.
#
#   options.sh            compare the blocks between the marks
#   options.sh --write    make them anew (`make options`)
#   options.sh md|mdoc    print one
#
# The marks are lines of their own, before and after the block:
# <!-- options --> and <!-- /options --> in README.md, .\" options and
# .\" /options in the manual page.
# BUILD: the folder of a release build.
set -euo pipefail
build=${BUILD-build/release}
mode=${1-}
case $mode in
"" | --write | md | mdoc) ;;
*)
  echo "usage: tests/lint/options.sh [--write | md | mdoc]" >&2
  exit 2
  ;;
esac

# The lint comes after a build; other callers may have none, or an old one.
if [ "$mode" != "" ] || [ ! -e "$build/libdialtone.a" ]; then
  env -u MAKEFLAGS -u MAKELEVEL make -s O="$(dirname "$build")" \
    VARIANT="$(basename "$build")" ${CC:+CC="$CC"} DEPS_SET=build \
    "$build/libdialtone.a" >&2
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"${CC:-gcc}" -std=c11 -Wall -Wextra -I. -o "$folder/options" \
  tests/lint/options.c "$build/libdialtone.a" ${LIBS--lurcu-bp -lurcu-common -lcares -lsodium -lsecp256k1 -lnettle -lsnappy -lsqlite3}

case $mode in md | mdoc)
  "$folder/options" "$mode"
  exit
  ;;
esac

# The lines between the marks; fails if there is not one of each, in order.
block() { # FILE BEGIN END
  BEGIN=$2 END=$3 awk '
    $0 == ENVIRON["END"] { if (inside != 1) exit 1; inside = 2 }
    inside == 1 { print }
    $0 == ENVIRON["BEGIN"] { if (inside != 0) exit 1; inside = 1 }
    END { if (inside != 2) exit 1 }' "$1"
}

# The file with another block.
replace() { # FILE BEGIN END BLOCK
  BEGIN=$2 END=$3 BLOCK=$4 awk '
    $0 == ENVIRON["END"] { inside = 0 }
    !inside { print }
    $0 == ENVIRON["BEGIN"] {
      inside = 1
      while ((getline line < ENVIRON["BLOCK"]) > 0) print line
    }' "$1"
}

failed=0
refresh() { # FILE FORM BEGIN END
  local file=$1 form=$2 begin=$3 end=$4
  if [ ! -e "$file" ]; then
    echo "options: $file is not written yet: skipped"
    return
  fi
  "$folder/options" "$form" >"$folder/made"
  if ! block "$file" "$begin" "$end" >"$folder/found"; then
    echo "options: $file: the marks must each stand once, on lines of their" \
      "own: '$begin' and then '$end'"
    failed=1
  elif cmp -s "$folder/made" "$folder/found"; then
    :
  elif [ "$mode" = --write ]; then
    replace "$file" "$begin" "$end" "$folder/made" >"$folder/whole"
    cat "$folder/whole" >"$file"
    echo "options: $file: made anew"
  else
    echo "options: $file is not what lib/config.def says; run: make options"
    diff "$folder/found" "$folder/made" | sed 's/^/    /' || true
    failed=1
  fi
}
refresh README.md md '<!-- options -->' '<!-- /options -->'
refresh workers/man/dialtone.1 mdoc '.\" options' '.\" /options'

[ "$failed" = 0 ] && echo "options: ok"
exit "$failed"
