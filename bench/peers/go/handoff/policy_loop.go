// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"time"

	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
	"dialtone/bench/peers/internal/rotation"
	"dialtone/bench/peers/internal/serverloop"
)

// decided hands over what the original's policy asks for: static nodes in
// rotation, of which in_flight are out of the history.
type decided struct {
	*rotation.Rotation
	loop    *serverloop.Loop
	stretch *figures.Stretch
}

func (d *decided) NewTasks(running int, peers serverloop.Peers) []policy.Task {
	tasks := d.Rotation.NewTasks(running, peers)
	for _, task := range tasks {
		if dial, is := task.(*policy.DialTask); is {
			dial.Mark = int64(d.stretch.HandOver())
		}
	}
	return tasks
}

func (d *decided) TaskDone(task policy.Task) {
	if dial, is := task.(*policy.DialTask); is {
		d.stretch.Taken(figures.Stamp(dial.Mark))
	}
	d.Rotation.TaskDone(task)
	if d.stretch.Over() {
		d.loop.Stop()
	}
}

// policyLoopMode is the original's loop whole: what dialtone replaces. Without
// static_nodes there are twice as many nodes as are in flight, of which half are
// in the history: the fewest that leave something to decide.
func policyLoopMode(words []string) error {
	const nodesMax = 20000 // a turn takes a second
	s := newSettings()
	nodes := s.Int("static_nodes", 0, 0, nodesMax)
	if err := s.Parse(words); err != nil {
		return err
	}
	if *nodes == 0 {
		*nodes = 2 * *s.inFlight
	}
	if *nodes <= *s.inFlight {
		return fmt.Errorf("static_nodes=%d: takes more than in_flight=%d",
			*nodes, *s.inFlight)
	}
	var run func(*policy.DialTask)
	if work := time.Duration(*s.workNs); work > 0 {
		run = func(*policy.DialTask) { time.Sleep(work) }
	}
	d := &decided{Rotation: rotation.New(
		rotation.Nodes(0, *nodes, 30303), *s.inFlight, run)}
	d.loop = serverloop.New(d, *s.workers)
	d.stretch = s.stretch()

	d.loop.Run()
	d.stretch.PrintTasks()
	return nil
}
