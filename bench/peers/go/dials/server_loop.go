// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"time"

	"dialtone/bench/peers/internal/policy"
	"dialtone/bench/peers/internal/rotation"
	"dialtone/bench/peers/internal/serverloop"
)

// rounds has the policy dial all nodes again and again. Between two rounds is a
// wait task, as the history is longer than a round; time is made, so it takes
// none. Whole rounds are measured: most of a round's decisions are at its end.
type rounds struct {
	*rotation.Rotation
	loop           *serverloop.Loop
	tally          *tally
	warmUp, length time.Duration
	began          time.Time
	measuring      bool
	before, after  reading
}

func (r *rounds) TaskDone(task policy.Task) {
	r.Rotation.TaskDone(task)
	if _, is := task.(*policy.WaitTask); is {
		r.roundEnded()
	}
}

func (r *rounds) roundEnded() {
	switch passed := time.Since(r.began); {
	case !r.measuring && passed >= r.warmUp:
		r.measuring = true
		r.before = r.tally.read()
	case r.measuring && passed >= r.warmUp+r.length:
		r.after = r.tally.read()
		r.loop.Stop()
	}
}

func serverLoopMode(words []string) error {
	const nodesMax = 5000 // a round takes some seconds
	s := newSettings(nodesMax)
	if err := s.Parse(words); err != nil {
		return err
	}
	t := tally{refused: *s.refused == 1}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dial := newDialer(ctx)
	run := func(task *policy.DialTask) { t.run(dial, &task.Dest) }
	r := &rounds{Rotation: rotation.NewBursts(s.targets(), run), tally: &t}
	r.loop = serverloop.New(r, *s.workers)
	r.warmUp, r.length = s.stretch()
	r.began = time.Now()

	r.loop.Run()
	return r.after.printSince(r.before)
}
