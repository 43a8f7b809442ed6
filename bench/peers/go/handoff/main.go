// SPDX-License-Identifier: MIT

// Command handoff asks what it costs in Go to hand a task to another thread of
// control and to take its completion back. Modes:
//
//	goroutine    a goroutine a task, completions over a channel
//	pool         as many goroutines as workers, tasks over a channel
//	loop         a loop as Server.run of go-ethereum has one, with no policy
//	policy_loop  the same loop, with the original's policy deciding
//
// All have one goroutine that hands over and takes back, as the scheduler does.
package main

import (
	"os"

	"dialtone/bench/peers/internal/arguments"
	"dialtone/bench/peers/internal/figures"
)

func main() {
	os.Exit(arguments.RunMode(map[string]arguments.Mode{
		"goroutine":   goroutineMode,
		"pool":        poolMode,
		"loop":        loopMode,
		"policy_loop": policyLoopMode,
	}))
}

// settings are the arguments that all modes take.
type settings struct {
	arguments.Set
	inFlight *int
	workers  *int
	workNs   *int
	seconds  *float64
}

func newSettings() *settings {
	s := &settings{}

	s.inFlight = s.Int("in_flight", 16, 1, 1<<20)
	s.workers = s.Int("workers", 16, 1, 1<<16)
	s.workNs = s.Int("work_ns", 0, 0, 10_000_000_000)
	s.seconds = s.Seconds()
	return s
}

// stretch begins the time to be measured.
func (s *settings) stretch() *figures.Stretch {
	const someTasks, everyTask = 17, 1

	if *s.workNs > 0 {
		return figures.NewStretch(*s.seconds, everyTask)
	}
	return figures.NewStretch(*s.seconds, someTasks)
}
