# SPDX-License-Identifier: MIT
# How plots look; as those of bench/. Before it: svg = "FILE", out = "FOLDER".
set terminal svg size 960,400 dynamic noenhanced rounded \
  font 'sans-serif,13' background '#ffffff'
set output svg
set datafile separator ','
set border 3 lc rgb '#808080'
set tics nomirror textcolor rgb 'black'
set grid ytics lc rgb '#808080' lw 0.3 dt 1
set key outside right center vertical Left reverse samplen 1.5 spacing 1.2
set style fill solid 0.85 noborder
set style data lines
blue = '#0072b2'
red = '#d55e00'
green = '#009e73'
pink = '#cc79a7'
yellow = '#e69f00'
sky = '#56b4e9'
grey = '#7f7f7f'
