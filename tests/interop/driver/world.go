// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"sync"
)

// kind is an implementation.
type kind struct {
	name    string
	command []string // empty: it is missing
	// Has node records (EIP-868).
	records bool
	// Answers only those that have proved their endpoint.
	wantsProof bool
	// Asks nobody before each has proved its endpoint to the other; those that
	// do not can be told to ask as a stranger would.
	bondsFirst bool
}

const port = 30303

// world starts the nodes of a scenario, each at an address of its own, and stops
// them.
type world struct {
	mu    sync.Mutex
	nodes []*process
}

// addresses counts those given out in 127.0.0.0/8. The second byte differs from
// run to run, in case that several share a network.
var addresses struct {
	sync.Mutex
	count int
}

func nextAddress() string {
	addresses.Lock()
	defer addresses.Unlock()
	addresses.count++
	n := addresses.count
	return fmt.Sprintf("127.%d.%d.%d:%d", 64+os.Getpid()%128, n/250, 1+n%250, port)
}

func (w *world) start(k *kind, bootnodes ...*process) (*process, error) {
	var urls []string
	for _, node := range bootnodes {
		urls = append(urls, node.url)
	}
	p, err := startProcess(k, nextAddress(), urls)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nodes = append(w.nodes, p)
	return p, nil
}

func (w *world) end() {
	var stopping sync.WaitGroup
	for _, node := range w.nodes {
		stopping.Add(1)
		go func() {
			defer stopping.Done()
			node.stop()
		}()
	}
	stopping.Wait()
	w.nodes = nil
}
