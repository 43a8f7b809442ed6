// SPDX-License-Identifier: MIT

package main

import (
	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
	"dialtone/bench/peers/internal/serverloop"
)

// refill stands in for a policy: what is free is handed over again. As the loop
// only asks when fewer tasks run than there are workers, tasks in excess of the
// workers queue up and are refilled when the queue has drained.
type refill struct {
	loop    *serverloop.Loop
	stretch *figures.Stretch
	free    []policy.Task
	out     []policy.Task // what NewTasks answered last
}

func newRefill(s *settings) *refill {
	tasks := newTasks(s)
	r := &refill{free: make([]policy.Task, 0, len(tasks))}

	for i := range tasks {
		r.free = append(r.free, &tasks[i])
	}
	return r
}

func (r *refill) NewTasks(int, serverloop.Peers) []policy.Task {
	r.out, r.free = r.free, r.out[:0]
	for _, each := range r.out {
		if t, is := each.(*task); is {
			t.stamp = r.stretch.HandOver()
		}
	}
	return r.out
}

func (r *refill) TaskDone(done policy.Task) {
	if t, is := done.(*task); is {
		r.stretch.Taken(t.stamp)
		r.free = append(r.free, t)
	}
	if r.stretch.Over() {
		r.loop.Stop()
	}
}

func (r *refill) AddStatic(policy.Node)      {}
func (r *refill) RemoveStatic(policy.NodeID) {}

// loopMode is what the original's loop costs without what it decides.
func loopMode(words []string) error {
	s := newSettings()
	if err := s.Parse(words); err != nil {
		return err
	}
	r := newRefill(s)
	r.loop = serverloop.New(r, *s.workers)
	r.stretch = s.stretch()

	r.loop.Run()
	r.stretch.PrintTasks()
	return nil
}
