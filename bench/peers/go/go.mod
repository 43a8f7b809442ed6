// SPDX-License-Identifier: MIT

// Contenders in Go, written with the standard library alone. Each folder with
// a main package is a program that the benchmarks start; what it is started
// with and prints is said at `command` in bench/harness/bench.h.
module dialtone/bench/peers

go 1.19
