#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/sim/report.sh OUT - draw what tests/sim/run.sh has left in OUT, and make
# OUT/index.html of it.
set -euo pipefail
out=$1
here=$(dirname "$0")

# The rows of many files under one head: by session, loss, time between checks.
join() { # NAME FILE...
  {
    head -n 2 "$2" | tail -n 1
    tail -qn +3 "${@:2}" | sort -t, -k2,2n -k3,3n -k4,4n
  } >"$out/$1"
}
join churn.csv "$out"/churn-*-churn.csv
join checks.csv "$out"/checks-*-churn.csv "$out"/churn-1800-0-churn.csv

draw() { # NAME
  gnuplot -e "out='$out'; svg='$out/$1.svg'" "$here/look.gp" "$here/$1.gp"
}

figure() { # NAME
  if command -v gnuplot >/dev/null && draw "$1"; then
    echo '<figure>'
    sed -n '/^<svg/,$p' "$out/$1.svg"
    echo '</figure>'
    printf '<p>%s</p>\n' "$("$here/findings.sh" "$out" "$1" | tr '\n' ' ')"
  else
    echo "<p class=\"unknown\">$1: gnuplot draws it.</p>"
  fi
}

made() { # FILE...
  for file; do
    [ -e "$file" ] || continue
    printf '<p class="method">%s: <a href="%s">%s</a></p>\n' \
      "$(head -n 1 "$file" | sed 's/^# //')" "$(basename "$file")" \
      "$(basename "$file")"
  done
}

section() { # TITLE
  printf '</section><section><h2>%s</h2>\n' "$1"
}

{
  echo '<!DOCTYPE html>'
  echo '<html lang="en"><head><meta charset="utf-8">'
  echo '<meta name="viewport" content="width=device-width, initial-scale=1">'
  echo '<title>dialtone: discovery, simulated</title><style>'
  cat "$here/../../bench/harness/report.css"
  echo '</style></head><body><header><h1>Discovery, simulated</h1>'
  cat "$here/intro.html"
  echo '</header><main><section><h2>Convergence</h2>'
  cat "$here/convergence.html"
  figure convergence
  figure packets
  made "$out"/{large,quiet}-convergence.csv
  section 'Churn and loss'
  cat "$here/churn.html"
  figure recall
  figure lookups
  figure dead
  made "$out"/{churn,checks}-*-churn.csv
  section 'Eclipse'
  cat "$here/eclipse.html"
  figure capture
  figure buckets
  figure eclipse
  made "$out"/{large,attacks}-{eclipse,buckets}.csv
  echo '</section></main></body></html>'
} >"$out/index.html"
echo "report: $out/index.html"
