# SPDX-License-Identifier: MIT
set title "The attacker's share of each bucket, large, 16 networks, after 10 minutes"
set xlabel 'bucket: the last has the farther half of all nodes'
set ylabel '%'
set yrange [0:100]
set xtics nomirror 1
rows(victim) = "< awk -F, '$3 == \"".victim."\" && $4 == 600 && $6 >= 1' ". \
  out."/large-buckets.csv"
victims = 'fresh restarted long'
colours = '#0072b2 #d55e00 #009e73'
plot for [i=1:3] rows(word(victims, i)) using 5:($7*100) \
  with linespoints pt 7 ps 0.6 lw 2 lc rgb word(colours, i) \
  title word(victims, i)
