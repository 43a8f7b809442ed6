# SPDX-License-Identifier: MIT
set title 'How long a lookup takes, in round trips'
set xlabel 'packets lost, %'
set ylabel 'round trips'
set yrange [0:*]
set xtics nomirror (0, 1, 5, 10)
plot for [i=1:3] out.'/churn.csv' \
  using 3:($2 == word('0 3600 1800', i) + 0 ? $12 : NaN) skip 1 \
  with linespoints pt 7 ps 0.6 lw 2 lc rgb word('#009e73 #0072b2 #d55e00', i) \
  title word('"nobody leaves" "stay for 60 min" "stay for 30 min"', i), \
  '' using 3:($2 == 0 ? $13*2.43 : NaN) skip 1 with lines lw 1.4 dt (6,4) \
  lc rgb grey title 'least, a proof first', \
  '' using 3:($2 == 0 ? $13 : NaN) skip 1 with lines lw 1.4 dt (2,4) \
  lc rgb grey title 'least, all proven'
