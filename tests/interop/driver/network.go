// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// Lookups at once, in all: a node that does not answer within half a second
	// because the machine is busy is forgotten by others.
	atOnce = 4
	// Before those that were not found are tried again, times the rounds so far.
	roundPause = time.Second
)

// runNetwork starts count nodes of each kind that know one bootnode, the first,
// and lets each look up every other until it is found, or the limit is over.
func runNetwork(r *report, kinds []*kind, count int, limit time.Duration) {
	var w world
	defer w.end(r)
	nodes, err := w.startNetwork(kinds, count)
	if err != nil {
		r.check("the nodes of a mixed network start", err)
		return
	}
	begin := time.Now()
	c := closure{
		limit:   begin.Add(limit),
		slots:   make(chan struct{}, atOnce),
		results: make(map[[2]*kind]*result),
	}
	var looking sync.WaitGroup
	for _, node := range nodes {
		looking.Add(1)
		go func() {
			defer looking.Done()
			c.look(node, nodes)
		}()
	}
	looking.Wait()
	fmt.Printf("         %d nodes that knew one of %s looked up each other in %v\n",
		len(nodes), nodes[0].kind.name, time.Since(begin).Round(time.Second))
	for _, from := range kinds {
		for _, to := range kinds {
			c.result(from, to).report(r, from, to)
		}
	}
}

func (w *world) startNetwork(kinds []*kind, count int) ([]*process, error) {
	bootnode, err := w.start(kinds[0])
	if err != nil {
		return nil, err
	}
	nodes := []*process{bootnode}
	for i := 1; i < count*len(kinds); i++ {
		node, err := w.start(kinds[i%len(kinds)], bootnode)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
		if err := joins(node, bootnode); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// closure is who finds whom.
type closure struct {
	limit time.Time
	slots chan struct{}

	mu      sync.Mutex
	results map[[2]*kind]*result
}

type result struct {
	wanted, found int
	rounds        int   // that it took
	err           error // of one that was not found
}

func (c *closure) result(from, to *kind) *result {
	key := [2]*kind{from, to}
	if c.results[key] == nil {
		c.results[key] = &result{}
	}
	return c.results[key]
}

// look finds all other nodes: in rounds, each of those not found before.
func (c *closure) look(node *process, nodes []*process) {
	missing := slices.Clone(nodes)
	missing = slices.DeleteFunc(missing, func(p *process) bool { return p == node })
	for round := 1; len(missing) > 0; round++ {
		isLast := time.Now().After(c.limit)
		missing = slices.DeleteFunc(missing, func(other *process) bool {
			err := c.lookUp(node, other)
			if err == nil || isLast {
				c.note(node.kind, other.kind, round, err)
			}
			return err == nil
		})
		if isLast {
			return
		}
		time.Sleep(time.Duration(round) * roundPause)
	}
}

func (c *closure) lookUp(node, other *process) error {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	return finds(node, other, "lookup", other.endpoint.id)
}

func (c *closure) note(from, to *kind, rounds int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	result := c.result(from, to)
	result.wanted++
	result.rounds = max(result.rounds, rounds)
	if err == nil {
		result.found++
	} else {
		result.err = err
	}
}

func (s *result) report(r *report, from, to *kind) {
	name := fmt.Sprintf("in a mixed network, each %s finds each %s: %d of %d",
		from.name, to.name, s.found, s.wanted)
	if s.wanted == 0 && s.err == nil {
		s.err = errors.New("there are none")
	}
	r.checkTries(name, s.rounds, s.err)
}
