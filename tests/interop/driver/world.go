// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// kind is an implementation.
type kind struct {
	name    string
	command []string // empty: it is missing
	// Has node records (EIP-868).
	records bool
	ipv6    bool
	// Answers only those that have proved their endpoint.
	wantsProof bool
	// Asks nobody before each has proved its endpoint to the other; those that
	// do not can be told to ask as a stranger would.
	bondsFirst bool

	// Of the nodes that make peers:
	isOurs bool
	client string // what it is called in its Hello
	words  words
	// Who has no room for us says so behind Hello, when we are peers already.
	endsLate bool
	// What ours calls the end of a set-up with one that is not whom it called.
	wrongKey string
	// Says that it quits.
	takesLeave bool
	// Its list can lack peers: of two connections at once it forgets both when
	// it ends one.
	forgetsPeers bool
	peersMax     int // of one in a mixed network
}

const port = 30303

// world starts the nodes of a scenario, each at an address of its own, and stops
// them.
type world struct {
	ipv6  bool
	nodes []*process
}

var addressCount atomic.Int32

// nextAddress gives each node an address in 127.0.0.0/8. The second byte differs
// from run to run, in case that several share a network.
func nextAddress() string {
	n := addressCount.Add(1)
	return fmt.Sprintf("127.%d.%d.%d:%d", 64+os.Getpid()%128, n/250, 1+n%250, port)
}

// nextAddress6 gives each a port: there is one loopback address.
func nextAddress6() string {
	return fmt.Sprintf("[::1]:%d", port+int(addressCount.Add(1)))
}

func (w *world) nextAddress() string {
	if w.ipv6 {
		return nextAddress6()
	}
	return nextAddress()
}

func (w *world) start(k *kind, bootnodes ...*process) (*process, error) {
	return w.startWithKey(k, "", bootnodes...)
}

// startWithKey lets it have the key of a file, made if not there; "": any.
func (w *world) startWithKey(k *kind, keyFile string, bootnodes ...*process) (*process, error) {
	options := []string{"--listen", w.nextAddress()}
	if len(bootnodes) > 0 {
		options = append(options, "--bootnodes", urls(bootnodes...))
	}
	if keyFile != "" {
		options = append(options, "--key", keyFile)
	}
	return w.startWith(k, options...)
}

func urls(nodes ...*process) string {
	var all []string
	for _, node := range nodes {
		all = append(all, node.url)
	}
	return strings.Join(all, ",")
}

// startWith starts one with options of which --listen must be one.
func (w *world) startWith(k *kind, options ...string) (*process, error) {
	p, err := startProcess(k, options)
	if err != nil {
		return nil, err
	}
	w.nodes = append(w.nodes, p)
	return p, nil
}

// stop ends one node before the others.
func (w *world) stop(node *process) error {
	w.forget(node)
	return node.stop()
}

// kill ends one node as kill -9 does.
func (w *world) kill(node *process) error {
	w.forget(node)
	return node.kill()
}

func (w *world) forget(node *process) {
	w.nodes = slices.DeleteFunc(w.nodes, func(p *process) bool { return p == node })
}

// end ends all nodes; it is reported only if one ends badly.
func (w *world) end(r *report) {
	var stopping sync.WaitGroup
	errs := make([]error, len(w.nodes))
	for i, node := range w.nodes {
		stopping.Add(1)
		go func() {
			defer stopping.Done()
			errs[i] = node.stop()
		}()
	}
	stopping.Wait()
	for _, err := range errs {
		if err != nil {
			r.check("every node ends as it should", err)
		}
	}
	w.nodes = nil
}
