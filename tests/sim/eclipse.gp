# SPDX-License-Identifier: MIT
last = system("tail -n 1 ".out."/attacks-eclipse.csv | cut -d, -f6") + 0
set title sprintf("The attacker's share after %d minutes, by how many \
networks (/24) he has", last / 60)
set ylabel 'share, %'
set yrange [0:100]
set xrange [-0.5:5.5]
set bmargin 5
set xtics nomirror ("4" 0, "16" 1, "64" 2, "one for\neach id" 3, \
  "16,\nstrangers\nat once" 4, "one for\neach id,\nstrangers\nat once" 5)
rows(victim) = sprintf("< awk -F, '$5 == \"%s\" && $6 == %d' %s", victim, \
  last, out.'/attacks-eclipse.csv')
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
