# SPDX-License-Identifier: MIT
set title 'Entries of tables that are not up any more; nodes stay for 30 min'
set xlabel 'seconds between checks of an entry'
set ylabel '%, or round trips'
set yrange [0:*]
set xtics nomirror (1, 2, 5, 10)
# The share of a time between checks in which an entry is dead, if nothing but
# checks in turn finds that.
alone(entries, check, stay) = \
  1 - (1 - exp(-entries*check/stay))*stay/(entries*check)
plot out.'/checks.csv' using 4:($7*100) skip 1 \
    with linespoints pt 7 ps 0.6 lw 2.6 lc rgb blue title 'entries, %', \
  '' using 4:(alone($5, $4, $2)*100) skip 1 \
    with lines lw 1.4 dt (2,4) lc rgb grey title 'if checks alone told, %', \
  '' using 4:12 skip 1 \
    with linespoints pt 5 ps 0.6 lw 1.4 lc rgb red title 'lookup, round trips'
