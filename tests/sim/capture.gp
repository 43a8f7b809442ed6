# SPDX-License-Identifier: MIT
set title "The attacker's share while the attack goes on, large, 16 networks"
set xlabel 'minutes'
set ylabel 'share, %'
set yrange [0:100]
rows(victim) = "< awk -F, '$5 == \"".victim."\"' ".out."/large-eclipse.csv"
victims = 'fresh restarted long'
colours = '#0072b2 #d55e00 #009e73'
plot for [i=1:3] rows(word(victims, i)) using ($6/60):($9*100) \
    with linespoints pt 7 ps 0.6 lw 2.6 lc rgb word(colours, i) \
    title word(victims, i).': table', \
  for [i=1:3] rows(word(victims, i)) using ($6/60):($10*100) \
    with lines lw 1.4 dt (6,4) lc rgb word(colours, i) \
    title word(victims, i).': to be dialed', \
  rows('fresh') using ($6/60):($7*100) with lines lw 1.4 dt (2,4) \
    lc rgb grey title 'fair share'
