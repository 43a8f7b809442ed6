# SPDX-License-Identifier: MIT
set title 'Of the 16 closest, found by random lookups while the network grows'
set xlabel 'minutes'
set ylabel 'share, %'
set yrange [30:100.5]
plot out.'/large-convergence.csv' using ($1/60):($7*100) skip 1 \
    lw 2.6 lc rgb blue title 'large: lookups', \
  '' using ($1/60):($6*100) skip 1 lw 1.4 lc rgb sky \
    title 'large: own 16 closest in the table', \
  '' using ($1/60):($4*100) skip 1 lw 1.4 dt (6,4) lc rgb sky \
    title 'large: entries verified', \
  out.'/quiet-convergence.csv' using ($1/60):($7*100) skip 1 \
    lw 2.6 lc rgb red title 'quiet: lookups', \
  '' using ($1/60):($4*100) skip 1 lw 1.4 dt (6,4) lc rgb yellow \
    title 'quiet: entries verified'
