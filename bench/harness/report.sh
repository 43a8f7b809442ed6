#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bench/harness/report.sh OUT NAME... - make OUT/index.html of what the programs
# NAME have left in OUT, in that order; those that were not run are left out.
set -euo pipefail
out=$1
shift
here=$(dirname "$0")
names=
for name; do
  [ ! -e "$out/$name.html" ] || names="$names $name"
done
if [ -z "$names" ]; then
  echo "report: nothing was measured"
  exit 0
fi

title_of() { # NAME
  sed -n 's:^<h2>\(.*\)</h2>$:\1:p' "$out/$1.html" | head -n 1
}

{
  echo '<!DOCTYPE html>'
  echo '<html lang="en"><head><meta charset="utf-8">'
  echo '<meta name="viewport" content="width=device-width, initial-scale=1">'
  echo '<title>dialtone: benchmarks</title><style>'
  cat "$here/report.css"
  echo '</style></head><body><header><h1>dialtone: benchmarks</h1>'
  cat "$out/machine.html"
  echo '<nav><ul>'
  for name in $names; do
    echo "<li><a href=\"#$name\">$(title_of "$name")</a></li>"
  done
  echo '</ul></nav></header><main>'
  if [ -n "$(cat $(printf "$out/%s-targets.html " $names))" ]; then
    echo '<section id="targets"><h2>Targets</h2><div class="wide"><table'
    echo 'class="targets"><thead><tr><th>question</th><th>target</th>'
    echo '<th>worst</th><th>met</th></tr></thead><tbody>'
    cat $(printf "$out/%s-targets.html " $names)
    echo '</tbody></table></div></section>'
  fi
  cat $(printf "$out/%s.html " $names)
  echo '</main></body></html>'
} >"$out/index.html"
echo "report: $out/index.html"
