// SPDX-License-Identifier: MIT

// Command dials asks how many TCP dials a second Go makes on loopback, each a
// connect and a close by reset, and what one costs. Modes:
//
//	dialer       a pool of goroutines with net.Dialer, as go-ethereum dials
//	dialtcp      the same with net.DialTCP, which cannot be cancelled
//	server_loop  the original's loop and policy deciding, with net.Dialer
//
// Whoever starts it listens at port= on all addresses of 127.0.0.0/8; or nobody
// does, then refused=1 makes that the end which is wanted.
package main

import (
	"os"

	"dialtone/bench/peers/internal/arguments"
	"dialtone/bench/peers/internal/policy"
	"dialtone/bench/peers/internal/rotation"
)

func main() {
	os.Exit(arguments.RunMode(map[string]arguments.Mode{
		"dialer":      dialerMode,
		"dialtcp":     dialTCPMode,
		"server_loop": serverLoopMode,
	}))
}

// settings are the arguments that all modes take.
type settings struct {
	arguments.Set
	workers *int
	nodes   *int
	refused *int
	port    *int
	seconds *float64
}

func newSettings(nodesMax int) *settings {
	s := &settings{}

	s.workers = s.Int("workers", 16, 1, 1<<16)
	s.nodes = s.Int("nodes", 1000, 1, nodesMax)
	s.refused = s.Int("refused", 0, 0, 1)
	s.port = s.Int("port", 30303, 1, 65535)
	s.seconds = s.Seconds()
	return s
}

func (s *settings) targets() []policy.Node {
	return rotation.Nodes(0, *s.nodes, uint16(*s.port))
}
