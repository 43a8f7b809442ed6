// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
)

// tally counts dials that ended as is wanted and those that did not. Many
// goroutines may add.
type tally struct {
	refused bool // is wanted
	dials   atomic.Uint64
	failed  atomic.Uint64
}

func (t *tally) run(dial dial, node *policy.Node) {
	err := dial(node)
	wanted := err == nil
	if t.refused {
		wanted = errors.Is(err, syscall.ECONNREFUSED)
	}
	if wanted {
		t.dials.Add(1)
	} else {
		t.failed.Add(1)
	}
}

// reading is a tally at a moment.
type reading struct {
	usage  figures.Usage
	dials  uint64
	failed uint64
}

func (t *tally) read() reading {
	return reading{figures.UsageNow(), t.dials.Load(), t.failed.Load()}
}

// printSince prints what was found from one reading to the other.
func (r reading) printSince(before reading) error {
	used := r.usage.Since(before.usage)
	dials := float64(r.dials - before.dials)
	failed := float64(r.failed - before.failed)

	if dials == 0 {
		return fmt.Errorf("no dial ended as it should within %.3g s, %.0f did otherwise",
			used.Seconds, failed)
	}
	figures.Print("dials_per_s", dials/used.Seconds)
	figures.Print("cpu_s_per_dial", used.CPUSeconds/dials)
	figures.Print("failures_per_s", failed/used.Seconds)
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
