# SPDX-License-Identifier: MIT
set title 'Packets that a node sends in a second'
set xlabel 'minutes'
set ylabel 'packets a second'
set yrange [0:*]
# A ping each five seconds, and a pong for another's.
plot out.'/large-convergence.csv' using ($1/60):13 skip 1 \
    lw 2.6 lc rgb blue title 'large', \
  out.'/quiet-convergence.csv' using ($1/60):13 skip 1 \
    lw 2.6 lc rgb red title 'quiet', \
  0.4 lw 1.4 dt (2,4) lc rgb grey title 'checks alone'
