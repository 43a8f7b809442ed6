// SPDX-License-Identifier: MIT

package main

import (
	"time"

	"dialtone/bench/peers/internal/figures"
)

// task is what is handed over. Whoever holds the pointer owns it.
type task struct {
	work  time.Duration
	stamp figures.Stamp
}

// Do is the work: nothing, or to block.
func (t *task) Do() {
	if t.work > 0 {
		time.Sleep(t.work)
	}
}

func newTasks(s *settings) []task {
	tasks := make([]task, *s.inFlight)
	for i := range tasks {
		tasks[i].work = time.Duration(*s.workNs)
	}
	return tasks
}

// run keeps all tasks in flight until the stretch is over, then takes those back
// that still are.
func run(stretch *figures.Stretch, tasks []task, handOver func(*task), done <-chan *task) {
	for i := range tasks {
		tasks[i].stamp = stretch.HandOver()
		handOver(&tasks[i])
	}
	for !stretch.Over() {
		t := <-done
		stretch.Taken(t.stamp)
		t.stamp = stretch.HandOver()
		handOver(t)
	}
	for range tasks {
		<-done
	}
}

// goroutineMode is the least that Go needs: no limit, no queue. It does not look
// at workers.
func goroutineMode(words []string) error {
	s := newSettings()
	if err := s.Parse(words); err != nil {
		return err
	}
	done := make(chan *task, *s.inFlight)
	handOver := func(t *task) {
		go func() {
			t.Do()
			done <- t
		}()
	}
	stretch := s.stretch()

	run(stretch, newTasks(s), handOver, done)
	stretch.PrintTasks()
	return nil
}

// poolMode is what is usually written for a bounded number of workers. Both
// channels have room for all tasks, so that only an empty one blocks.
func poolMode(words []string) error {
	s := newSettings()
	if err := s.Parse(words); err != nil {
		return err
	}
	todo := make(chan *task, *s.inFlight)
	done := make(chan *task, *s.inFlight)
	for i := 0; i < *s.workers; i++ {
		go func() {
			for t := range todo {
				t.Do()
				done <- t
			}
		}()
	}
	stretch := s.stretch()

	run(stretch, newTasks(s), func(t *task) { todo <- t }, done)
	close(todo)
	stretch.PrintTasks()
	return nil
}
