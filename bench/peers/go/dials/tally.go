// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
)

// tally counts dials that ended. Many goroutines may add.
type tally struct {
	dials    atomic.Uint64
	failures atomic.Uint64
}

func (t *tally) run(dial dial, node *policy.Node) {
	if dial(node) != nil {
		t.failures.Add(1)
	}
	t.dials.Add(1)
}

// reading is a tally at a moment.
type reading struct {
	usage    figures.Usage
	dials    uint64
	failures uint64
}

func (t *tally) read() reading {
	return reading{figures.UsageNow(), t.dials.Load(), t.failures.Load()}
}

// printSince prints what was found from one reading to the other.
func (r reading) printSince(before reading) error {
	used := r.usage.Since(before.usage)
	dials := float64(r.dials - before.dials)

	if dials == 0 {
		return fmt.Errorf("no dial ended within %.3g s", used.Seconds)
	}
	figures.Print("dials_per_s", dials/used.Seconds)
	figures.Print("cpu_s_per_dial", used.CPUSeconds/dials)
	figures.Print("failures_per_s", float64(r.failures-before.failures)/used.Seconds)
	return nil
}

// stretch is how long to warm up and how long to measure.
func (s *settings) stretch() (warmUp, length time.Duration) {
	const warmUpMax = 200 * time.Millisecond

	length = time.Duration(*s.seconds * float64(time.Second))
	warmUp = length / 5
	if warmUp > warmUpMax {
		warmUp = warmUpMax
	}
	return warmUp, length
}
