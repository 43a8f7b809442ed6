# SPDX-License-Identifier: MIT
set title 'Packets that a node sends in a second'
set xlabel 'minutes'
set yrange [0:*]
plot out.'/large-convergence.csv' using ($1/60):13 skip 1 \
    lw 2.6 lc rgb blue title 'large', \
  out.'/quiet-convergence.csv' using ($1/60):13 skip 1 \
    lw 2.6 lc rgb red title 'quiet'
