# SPDX-License-Identifier: MIT
set title "The attacker's share after 20 minutes"
set ylabel '%'
set yrange [0:100]
set xrange [-0.5:5.5]
set bmargin 4
set xtics nomirror ("4 networks" 0, "16 networks" 1, "64 networks" 2, \
  "no limit" 3, "16 networks,\nstrangers at once" 4, \
  "no limit,\nstrangers at once" 5)
rows(victim) = "< awk -F, '$5 == \"".victim."\" && $6 == 1200' ".out. \
  "/attacks-eclipse.csv"
victims = 'fresh restarted long'
colours = '#0072b2 #d55e00 #009e73'
plot for [i=1:3] rows(word(victims, i)) \
    using ($0 + (i-2)*0.26):($9*100):(0.24) with boxes \
    lc rgb word(colours, i) title word(victims, i).': table', \
  for [i=1:3] rows(word(victims, i)) \
    using ($0 + (i-2)*0.26):($12*100) with points pt 9 ps 0.9 lc rgb 'black' \
    title (i == 1 ? 'lookups captured' : ''), \
  rows('fresh') using 0:($7*100) with lines lw 1.4 dt (6,4) lc rgb grey \
    title 'fair share'
