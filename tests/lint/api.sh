#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Prints the functions that lib/dialtone.h declares with DT_API, a line each.
set -euo pipefail

"${CC-gcc}" -E -P -x c lib/dialtone.h | tr '\n' ' ' | sed 's/;/;\n/g' |
  grep 'visibility("default")' |
  sed -e 's/__attribute__((.*\?))//' -e 's/__attribute__((\w*))//g' |
  grep -oE '\bdt_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u
