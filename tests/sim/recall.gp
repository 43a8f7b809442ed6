# SPDX-License-Identifier: MIT
set title 'Of the 16 closest, found by random lookups'
set xlabel 'packets lost, %'
set ylabel 'share, %'
set yrange [50:100.5]
set xtics nomirror (0, 1, 5, 10)
plot for [i=1:3] out.'/churn.csv' \
  using 3:($2 == word("0 3600 1800", i) + 0 ? $9*100 : NaN) skip 1 \
  with linespoints pt 7 ps 0.6 lw 2 lc rgb word('#009e73 #0072b2 #d55e00', i) \
  title word('"nobody leaves" "stay for 60 min" "stay for 30 min"', i)
