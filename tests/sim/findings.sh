#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/sim/findings.sh OUT PLOT - what a plot shows, in a sentence with numbers
# that are read from the files that it was drawn from.
set -euo pipefail
out=$1

# The rows of a file behind its head.
rows() { # FILE
  tail -n +3 "$out/$1" 2>/dev/null || true
}

convergence() {
  rows large-convergence.csv | awk -F, '
    { if ($2 > all) { all = $2; joined = $1 } last = $1; up[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++) {
        split(up[i], v, ",")
        if (v[1] == joined) {
          printf "When the last of %d nodes had come, after %d s, lookups " \
            "found %.1f%% of the 16 closest", all, joined, v[7] * 100
        }
      }
      split(up[NR], v, ",")
      printf ", %d s later %.1f%%; all 16 were found by %.0f%% of them, and " \
        "of its own 16 closest a node knew %.1f%%.\n", last - joined,
        v[7] * 100, v[8] * 100, v[6] * 100
    }'
  rows quiet-convergence.csv | tail -n 1 | awk -F, '{
    printf "Where nobody leaves and nothing is lost, among %d nodes, all 16 " \
      "were found by %.0f%%.\n", $2, $8 * 100 }'
}

packets() {
  rows large-convergence.csv | awk -F, '
    $13 > most { most = $13 }
    { last = $13; time = $1 }
    END { printf "While the large network grows a node sends up to %.0f " \
      "packets a second, after %.0f minutes %.1f; checks alone are 0.4.\n",
      most, time / 60, last }'
  rows quiet-convergence.csv | tail -n 1 | awk -F, '{
    printf "In the quiet one it is %.1f in the end.\n", $13 }'
}

# Of churn.csv and checks.csv, which have one line for a head.
recall() {
  tail -n +2 "$out/churn.csv" | awk -F, '
    { found = $9 * 100 }
    $2 == 0 && $3 == 0 { quiet = found }
    $2 == 0 && $3 > loss { loss = $3; lossy = found }
    $2 > 0 && $3 == 0 && (!least || $2 < least) { least = $2; churny = found }
    $2 == least && $3 == loss { both = found }
    END { printf "Lookups find %.1f%% of the 16 closest; %.1f%% where %d%% " \
      "of all packets are lost, %.1f%% where nodes stay for %d minutes, " \
      "%.1f%% with both.\n", quiet, lossy, loss, churny, least / 60, both }'
}

lookups() {
  tail -n +2 "$out/churn.csv" | awk -F, '
    $2 == 0 && $3 == 0 { quiet = $12; least = $13 }
    $2 > 0 && (!brief || $2 < brief) { brief = $2 }
    $2 == brief && $3 == 0 { churny = $12 }
    $2 == brief { loss = $3; both = $12 }
    END { printf "A lookup takes %.1f round trips where nobody leaves and " \
      "nothing is lost; %.1f is the least if all have exchanged proofs, " \
      "%.1f if nobody has. It takes %.1f where nodes stay for %d minutes, " \
      "and %.1f if also %d%% of all packets are lost: who does not answer " \
      "is waited for.\n", quiet, least, least * 2.43, churny, brief / 60,
      both, loss }'
}

dead() {
  tail -n +2 "$out/checks.csv" | awk -F, '
    { line[NR] = $0 }
    END {
      split(line[1], a, ","); split(line[NR], b, ",")
      printf "Of the entries %.1f%% are gone where one is checked each %d s, " \
        "%.1f%% where one is each %d s", a[7] * 100, a[4], b[7] * 100, b[4]
      printf "; a lookup takes %.1f and %.1f round trips. If checks alone " \
        "found the dead, in turn, it would be %.1f%% and %.1f%%.\n",
        a[12], b[12], alone(a) * 100, alone(b) * 100
    }
    function alone(v) {
      return 1 - (1 - exp(-v[5] * v[4] / v[2])) * v[2] / (v[5] * v[4])
    }'
}

capture() {
  rows large-eclipse.csv | awk -F, '
    { last = $6; fair = $7; table[$5] = $9; dialed[$5] = $10
      captured[$5] = $12; nodes = $1; ids = $2; networks = $3 }
    END {
      printf "With %d ids in %d networks among %d nodes (fair share " \
        "%.0f%%) the attacker has, after %.0f minutes, of the table of a " \
        "fresh node %.0f%%, of one started anew %.0f%%, of one long up " \
        "%.0f%%; of those to be dialed %.0f%%, %.0f%% and %.0f%%; and of " \
        "lookups he captures %.0f%%, %.0f%% and %.0f%%.\n", ids, networks,
        nodes, fair * 100, last / 60, table["fresh"] * 100,
        table["restarted"] * 100, table["long"] * 100,
        dialed["fresh"] * 100, dialed["restarted"] * 100,
        dialed["long"] * 100, captured["fresh"] * 100,
        captured["restarted"] * 100, captured["long"] * 100
    }'
}

buckets() {
  rows large-buckets.csv | awk -F, '
    { if ($4 > last) { last = $4; delete share } }
    $3 == "fresh" && $4 == last && $6 >= 1 { share[$5] = $7 }
    END {
      for (i in share) {
        if (i + 0 > far) far = i + 0
        if (share[i] > most) { most = share[i]; at = i }
      }
      printf "Of a fresh node'"'"'s buckets he has most of number %d, %.0f%%, and " \
        "%.0f%% of number %d, in which half of all nodes are.\n", at, most * 100,
        share[far] * 100, far
    }'
}

eclipse() {
  rows attacks-eclipse.csv | awk -F, '
    { last = $6; fair = $7 }
    $5 == "fresh" && $4 == 0 { strict[$3] = $9; if ($3 > free) free = $3 }
    $5 == "fresh" && $4 == 1 { early[$3] = $9 }
    $5 == "fresh" && $4 == 0 && (!few || $3 < few) { few = $3 }
    END {
      printf "After %.0f minutes (fair share %.0f%%) he has %.0f%% of the " \
        "table of a fresh node with %d networks, %.0f%% with 16, %.0f%% " \
        "where limits do not bind; %.0f%% if strangers get in at once.\n",
        last / 60, fair * 100, strict[few] * 100, few, strict[16] * 100,
        strict[free] * 100, early[16] * 100
    }'
}

case $2 in
convergence | packets | recall | lookups | dead | capture | buckets | eclipse)
  "$2"
  ;;
*)
  echo "usage: tests/sim/findings.sh OUT PLOT" >&2
  exit 2
  ;;
esac
