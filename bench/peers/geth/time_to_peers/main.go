// SPDX-License-Identifier: MIT

// Command time_to_peers asks how long a p2p.Server of go-ethereum takes until it
// has its peers in the network of bench/contenders/peer_network.h, and, after
// half of them are closed, until it has them again. One server for each copy of
// the network, all at once.
//
// What counts is the TCP connection, as it does for dialtone, whose peers are
// connections so far. The server's handshake is real; its other end is in this
// process (answer.go), and is not counted in the CPU time.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	copies      = 15
	nodes       = 600
	peersWanted = 50
)

type point struct {
	dialTimeout time.Duration
	inFlight    int // 0: the server's own default
	limit       time.Duration
}

func main() {
	if err := measure(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parse(words []string) (point, error) {
	var p point
	for _, word := range words {
		name, text, _ := strings.Cut(word, "=")
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return p, fmt.Errorf("%s: not NAME=NUMBER", word)
		}
		switch name {
		case "dial_timeout_ms":
			p.dialTimeout = time.Duration(value) * time.Millisecond
		case "in_flight":
			p.inFlight = int(value)
		case "seconds":
			p.limit = time.Duration(value * float64(time.Second))
		default:
			return p, fmt.Errorf("%s: use dial_timeout_ms, in_flight or seconds", name)
		}
	}
	if p.dialTimeout <= 0 {
		return p, fmt.Errorf("dial_timeout_ms: a number of milliseconds is needed")
	}
	return p, nil
}

func measure(words []string) error {
	p, err := parse(words)
	if err != nil {
		return err
	}
	there, err := findNetwork()
	if err != nil {
		return err
	}
	crowd, err := newCrowd(there, p)
	if err != nil {
		return err
	}
	used := processCPU()
	if err := crowd.start(); err != nil {
		return err
	}
	crowd.wait(p.limit)
	crowd.report(processCPU() - used - answersCPU())
	crowd.stop()
	return nil
}
