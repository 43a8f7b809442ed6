# SPDX-License-Identifier: MIT
file = out.'/large-buckets.csv'
last = system("tail -n 1 ".file." | cut -d, -f4") + 0
fair = system("tail -n 1 ".out."/large-eclipse.csv | cut -d, -f7") + 0
set title sprintf("The attacker's share of each bucket, large, 16 networks, \
after %d minutes", last / 60)
set xlabel 'bucket: the last has the farther half of all nodes'
set ylabel 'share, %'
set yrange [0:100]
set xtics nomirror 1
rows(victim) = sprintf("< awk -F, '$3 == \"%s\" && $4 == %d && $6 >= 1' %s", \
  victim, last, file)
victims = 'fresh restarted long'
colours = '#0072b2 #d55e00 #009e73'
plot for [i=1:3] rows(word(victims, i)) using 5:($7*100) \
    with linespoints pt 7 ps 0.6 lw 2 lc rgb word(colours, i) \
    title word(victims, i), \
  fair*100 with lines lw 1.4 dt (2,4) lc rgb grey title 'fair share'
