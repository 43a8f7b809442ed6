// SPDX-License-Identifier: MIT

// Command in_flight asks what it costs in Go to have many dials in flight at once
// to nodes that swallow: their SYNs get no answer. A goroutine a dial, with
// net.Dialer and a deadline under a context, as go-ethereum dials; all are
// cancelled together.
//
// Whoever starts it has a listener that swallows at port=; 0: it makes one itself.
// It measures once, for as long as that takes: seconds= changes nothing.
package main

import (
	"os"

	"dialtone/bench/peers/internal/arguments"
	"dialtone/bench/peers/internal/rotation"
)

func main() {
	os.Exit(arguments.Run(measure))
}

func measure(words []string) error {
	var s arguments.Set
	count := s.Int("in_flight", 1000, 1, 1_000_000)
	port := s.Int("port", 0, 0, 65535)
	s.Seconds()
	if err := s.Parse(words); err != nil {
		return err
	}
	if *port == 0 {
		own, err := newSwallower()
		if err != nil {
			return err
		}
		defer own.close()
		*port = own.port
	}
	return newDials(rotation.Nodes(0, *count, uint16(*port))).measure()
}
