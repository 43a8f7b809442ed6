#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The manual pages say everything: dialtone(3) each function of the header,
# dialtone(1) each subcommand and option that the program's own --help names.
# BUILD: the folder of a release build.
set -euo pipefail
build=${BUILD-build/release}
here=$(dirname "$0")
failed=0

# As a reader sees it, without line breaks in words.
page() {
  mandoc -T ascii -O width=1000 "$1" | sed 's/.\x08//g'
}

tidy() {
  if [ ! -e "$1" ]; then
    echo "man: $1 is not written yet: skipped"
    return 1
  fi
  if ! mandoc -T lint -W warning "$1"; then
    failed=1
  fi
}

mentions() { # PAGE TEXT WORD...
  local name=$1 text=$2 word
  shift 2
  for word; do
    if ! grep -qE -- "(^|[^a-z0-9_-])$word([^a-z0-9_-]|$)" <<<"$text"; then
      echo "man: $name does not mention $word"
      failed=1
    fi
  done
}

if tidy lib/man/dialtone.3; then
  mentions dialtone.3 "$(page lib/man/dialtone.3)" $("$here/api.sh")
fi

options_of() { # HELP TEXT
  grep -oE -- '--[a-z][a-z0-9-]+' <<<"$1" | sort -u
}

if tidy workers/man/dialtone.1; then
  text=$(page workers/man/dialtone.1)
  for command in run demo ping peer lookup resolve crawl key check config; do
    help=$("$build/dialtone" "$command" --help)
    mentions dialtone.1 "$text" "$command" $(options_of "$help")
  done
fi

[ "$failed" = 0 ] && echo "man: ok"
exit "$failed"
