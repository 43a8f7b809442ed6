#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Every source names its licence first; no marks of unfinished work, no path of
# somebody's machine, no trailing blanks, a newline at the end.
set -euo pipefail
failed=0

complain() {
  echo "text: $1"
  sed 's/^/    /' <<<"$2"
  failed=1
}

tops="lib workers bench tests Makefile README.md .ci .githooks .clang-format
  .clang-tidy .editorconfig"
mapfile -t texts < <(find $(ls -d $tops 2>/dev/null) -type f ! -path 'tests/fuzz/*.in/*' ! -path 'tests/*/bad/*' |
  sort)

for file in "${texts[@]}"; do
  case $file in
  *.c | *.h | *.def | *.map | *.css) wanted='/* SPDX-License-Identifier: MIT */' ;;
  *.sh | *.py | Makefile | .ci/* | .githooks/* | *.pc.in)
    wanted='# SPDX-License-Identifier: MIT'
    ;;
  *) continue ;;
  esac
  { read -r first && read -r second; } <"$file" || true
  [[ $first == '#!'* ]] && first=$second
  if [ "$first" != "$wanted" ]; then
    complain "$file: the first line is not" "$wanted"
  fi
done

find_text() { # WHAT PATTERN
  local hits
  if hits=$(grep -nIE -- "$2" "${texts[@]}"); then
    complain "$1" "$hits"
  fi
}
# The brackets keep this file from finding itself.
find_text "unfinished work" '\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\b'
find_text "a path of one machine" '(^|[^a-zA-Z0-9_.-])/([h]ome|[r]oot|[w]ork|[U]sers)/'
find_text "trailing blanks" '[[:blank:]]+$'

for file in "${texts[@]}"; do
  if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then
    complain "$file" "no newline at the end"
  fi
done

[ "$failed" = 0 ] && echo "text: ok (${#texts[@]} files)"
exit "$failed"
