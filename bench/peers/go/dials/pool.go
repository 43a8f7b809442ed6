// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dialtone/bench/peers/internal/policy"
)

// pool is goroutines that dial all nodes in turn. Nothing is handed to them: each
// knows what to dial next, which is the least that a pool can cost.
type pool struct {
	tally
	stop atomic.Bool
	dial dial
}

func (p *pool) work(nodes []policy.Node, first, step int) {
	for i := first; !p.stop.Load(); i += step {
		p.run(p.dial, &nodes[i%len(nodes)])
	}
}

func dialerMode(words []string) error {
	ctx, cancel := context.WithCancel(context.Background())

	defer cancel()
	return poolMode(words, newDialer(ctx))
}

func dialTCPMode(words []string) error {
	return poolMode(words, dialTCP)
}

func poolMode(words []string, dial dial) error {
	s := newSettings(10_000_000)
	if err := s.Parse(words); err != nil {
		return err
	}
	p := pool{dial: dial, tally: tally{refused: *s.refused == 1}}
	nodes := s.targets()
	warmUp, length := s.stretch()
	var working sync.WaitGroup

	for i := 0; i < *s.workers; i++ {
		working.Add(1)
		go func(first int) {
			defer working.Done()
			p.work(nodes, first, *s.workers)
		}(i)
	}
	time.Sleep(warmUp)
	before := p.read()
	time.Sleep(length)
	after := p.read()
	p.stop.Store(true)
	working.Wait()
	return after.printSince(before)
}
