// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// crowd is all servers, one in each copy of the network.
type crowd struct {
	there    network
	subjects []*subject
	moved    chan struct{}
}

func newCrowd(there network, p point) (*crowd, error) {
	keys, err := nodeKeys()
	if err != nil {
		return nil, err
	}
	c := &crowd{there: there, moved: make(chan struct{}, 1)}
	for i := range copies {
		s, err := newSubject(there, i, keys, p, c.moved)
		if err != nil {
			return nil, err
		}
		c.subjects = append(c.subjects, s)
	}
	return c, nil
}

func (c *crowd) start() error {
	for _, s := range c.subjects {
		if err := s.start(); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) stop() {
	for _, s := range c.subjects {
		s.server.Stop()
	}
}

// wait waits until all have recovered; it halves those that are ready for it,
// which is when their handshakes are done too.
func (c *crowd) wait(limit time.Duration) {
	over := time.After(limit)
	for c.attend() < copies {
		select {
		case <-c.moved:
		case <-over:
			return
		}
	}
}

func (c *crowd) attend() int {
	recovered := 0
	for _, s := range c.subjects {
		s.lock.Lock()
		if !s.recovered.IsZero() {
			recovered++
		}
		ready := !s.handshaken.IsZero() && s.halved.IsZero()
		if ready {
			s.halved = time.Now()
		}
		s.lock.Unlock()
		if ready {
			if err := c.there.halve(s.copy); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
	return recovered
}

// span is a time of one subject: until now if it has not come to its end.
type span struct {
	begin, end time.Time
}

// reportTimes prints the median, and the longest as NAME with _slowest_s. Less
// than half have come to the end: nothing is known.
func reportTimes(name string, spans []span, slowest bool) {
	var all []float64
	ended := 0
	for _, s := range spans {
		if s.begin.IsZero() {
			continue
		}
		if s.end.IsZero() {
			s.end = time.Now()
		} else {
			ended++
		}
		all = append(all, s.end.Sub(s.begin).Seconds())
	}
	if ended <= copies/2 {
		return
	}
	slices.Sort(all)
	fmt.Printf("%s_s %.6f\n", name, all[len(all)/2])
	if slowest {
		fmt.Printf("%s_slowest_s %.6f\n", name, all[len(all)-1])
	}
}

func (c *crowd) report(used time.Duration) {
	var toPeers, handshaken, recovery []span
	dials, connections := 0, 0
	for _, s := range c.subjects {
		s.lock.Lock()
		toPeers = append(toPeers, span{s.started, s.reached})
		handshaken = append(handshaken, span{s.started, s.handshaken})
		recovery = append(recovery, span{s.halved, s.recovered})
		dials += s.dials
		connections += s.connections
		s.lock.Unlock()
	}
	reportTimes("to_peers", toPeers, true)
	reportTimes("recovery", recovery, true)
	reportTimes("handshaken", handshaken, false)
	if connections > 0 {
		fmt.Printf("dials_per_peer %.4f\n", float64(dials)/float64(connections))
	}
	fmt.Printf("cpu_s %.6f\n", used.Seconds()/copies)
}
