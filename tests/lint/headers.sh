#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Every header compiles alone and twice; the public one also as C++17, and
# beside <elf.h> and <dirent.h>, which own many names that begin with DT_.
set -euo pipefail
cc=${CC-gcc} cxx=${CXX-g++}
failed=0
count=0

compiles() { # WHAT COMPILER-AND-FLAGS..., the text on standard input
  local what=$1 output
  shift
  count=$((count + 1))
  if ! output=$("$@" -fsyntax-only -Wall -Wextra -pedantic -Werror - 2>&1); then
    echo "headers: $what"
    sed 's/^/  /' <<<"$output"
    failed=1
  fi
}
c11=("$cc" -std=c11 -x c)
cxx17=("$cxx" -std=c++17 -x c++)

# <dialtone.h> is for the program's headers; -Ilib would hide libc's <assert.h>.
include=$(mktemp -d)
trap 'rm -r "$include"' EXIT
ln -s "$PWD/lib/dialtone.h" "$include/dialtone.h"
while read -r header; do
  compiles "$header does not compile alone" "${c11[@]}" -D_GNU_SOURCE -I. \
    -I"$include" <<<"#include \"$header\"
#include \"$header\"
extern int some;"
done < <(find $(ls -d lib workers bench tests 2>/dev/null) -name '*.h' | sort)

for order in "dialtone" "dialtone elf dirent" "elf dirent dialtone"; do
  text=
  for name in $order; do
    if [ "$name" = dialtone ]; then
      text+=$'#include "lib/dialtone.h"\n'
    else
      text+="#include <$name.h>"$'\n'
    fi
  done
  for define in -U_GNU_SOURCE -D_GNU_SOURCE; do
    compiles "C11 $define: $order" "${c11[@]}" "$define" -I. <<<"$text"
    compiles "C++17 $define: $order" "${cxx17[@]}" "$define" -I. <<<"$text"
  done
done

[ "$failed" = 0 ] && echo "headers: ok ($count compiled)"
exit "$failed"
