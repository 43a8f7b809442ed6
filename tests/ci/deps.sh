#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/ci/deps.sh build|test|bench|dev - install the packages that a set needs.
#
# Says first what it will install. DEPS=no in the environment: only says what is
# missing. This is the one list of what dialtone needs on Debian 12.
set -euo pipefail

# `make`, `make run`, `make install`
build="gcc libc6-dev liburcu-dev libc-ares-dev libsodium-dev libsecp256k1-dev
  nettle-dev libsnappy-dev libsqlite3-dev libjemalloc-dev uthash-dev"
# `make test`, `make asan`, `make tsan`, `make examples`
test="$build libcriterion-dev pkg-config"
# `make bench`; its contenders in Go are built when there is a Go
bench="$build pkg-config gnuplot-nox liburing-dev"
# everything else: lints, clang, the model, coverage
dev="$test $bench g++ clang clang-tidy clang-format libclang-rt-14-dev mandoc spin
  cppcheck gcovr valgrind git"

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

case ${1-} in
build | test | bench | dev) packages=${!1} ;;
*) echo "usage: $0 build|test|bench|dev" >&2 && exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "deps: this is no Debian; the Debian 12 packages would be:" $packages
  exit 0
fi

missing=
for package in $packages; do
  installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "${DEPS-yes}" = no ]; then
  echo "deps: missing:$missing" >&2
  echo "deps: install with: apt-get install$missing" >&2
  exit 1
fi
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  echo "deps: missing:$missing" >&2
  echo "deps: run as root: apt-get install$missing" >&2
  exit 1
fi
echo "deps: will install with apt-get (DEPS=no to be only told):$missing"
export DEBIAN_FRONTEND=noninteractive
as_root apt-get -q update </dev/null
as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
  --no-install-recommends install $missing </dev/null
