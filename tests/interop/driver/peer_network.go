// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// All know one bootnode. No more peers are looked for than there are places.
const (
	peersDialed  = 5 // by each of its own choice: the target
	startAtOnce  = 4
	holdTime     = 60 * time.Second
	holdInterval = 2 * time.Second
)

// shares are how many of a network's nodes are of a kind, by its name.
var shares = map[string]int{"dialtone": 20, "geth": 20, "ethereumjs": 11}

// runPeerNetwork lets all nodes of a mixed network look for peers by discovery.
// Ours must have as many as they want and keep them, and in the end each of
// go-ethereum's own lists must agree with ours.
func runPeerNetwork(r *report, kinds []*kind) {
	var w world
	defer w.end(r)
	nodes, err := w.startPeerNetwork(kinds)
	name := fmt.Sprintf("a mixed network of %d nodes that make peers starts",
		len(nodes))
	if r.check(name, err); err != nil {
		return
	}
	ours := slices.DeleteFunc(slices.Clone(nodes), func(p *process) bool {
		return !p.kind.isOurs
	})
	r.check(fmt.Sprintf("each of %d dialtone dials %d peers of its choice",
		len(ours), peersDialed), reachTarget(ours))
	r.check(fmt.Sprintf("each keeps so many for %v", holdTime), hold(ours))
	killed, err := w.killSome(nodes)
	nodes, ours = without(nodes, killed), without(ours, killed)
	if err == nil {
		err = reachTarget(ours)
	}
	r.check(fmt.Sprintf("kill -9 of %d nodes, and each has as many again",
		len(killed)), err)
	var pairs int
	err = eventually(func() error {
		var err error
		pairs, err = agree(nodes)
		return err
	})
	r.check(fmt.Sprintf("nobody has a peer twice, and the own lists of dialtone "+
		"and go-ethereum agree on %d pairs", pairs), err)
}

func (w *world) startPeerNetwork(kinds []*kind) ([]*process, error) {
	bootnode, err := w.startPeer(kinds[0], nil)
	if err != nil {
		return nil, err
	}
	var (
		starting sync.WaitGroup
		mu       sync.Mutex
		nodes    = []*process{bootnode}
		failures []error
	)
	slots := make(chan struct{}, startAtOnce)
	for _, k := range order(kinds) {
		starting.Add(1)
		slots <- struct{}{}
		go func() {
			defer starting.Done()
			defer func() { <-slots }()
			var own world
			node, err := own.startPeer(k, bootnode)
			mu.Lock()
			defer mu.Unlock()
			w.nodes = append(w.nodes, own.nodes...)
			nodes = append(nodes, node)
			failures = append(failures, err)
		}()
	}
	starting.Wait()
	return nodes, errors.Join(failures...)
}

// order has the nodes of all kinds one after the other, but for the bootnode.
func order(kinds []*kind) []*kind {
	var all []*kind
	left := make(map[*kind]int)
	for _, k := range kinds {
		left[k] = shares[k.name]
	}
	left[kinds[0]]--
	for added := true; added; {
		added = false
		for _, k := range kinds {
			if left[k] > 0 {
				left[k]--
				all = append(all, k)
				added = true
			}
		}
	}
	return all
}

func (w *world) startPeer(k *kind, bootnode *process) (*process, error) {
	options := []string{
		"--rlpx", "--listen", w.nextAddress(),
		"--max-peers", strconv.Itoa(k.peersMax),
		"--dynamic", strconv.Itoa(peersDialed),
	}
	if bootnode != nil {
		options = append(options, "--bootnodes", bootnode.url)
	}
	return w.startWith(k, options...)
}

// dialed is how many peers a node has of its own choice, and in all.
func dialed(node *process) (dynamic, all int, err error) {
	a, err := node.ask("peers")
	for _, p := range a.Peers {
		if p.Dynamic {
			dynamic++
		}
	}
	return dynamic, len(a.Peers), err
}

func reachTarget(nodes []*process) error {
	return eventually(func() error {
		for _, node := range nodes {
			dynamic, _, err := dialed(node)
			if err != nil {
				return err
			}
			if dynamic < peersDialed {
				return fmt.Errorf("one of %d has %d", len(nodes), dynamic)
			}
		}
		return nil
	})
}

// hold looks at all nodes again and again.
func hold(nodes []*process) error {
	for end := time.Now().Add(holdTime); time.Now().Before(end); {
		for _, node := range nodes {
			_, all, err := dialed(node)
			if err != nil {
				return err
			}
			if all < peersDialed {
				return fmt.Errorf("one has %d", all)
			}
		}
		time.Sleep(holdInterval)
	}
	return nil
}

// killSome kills each fifth, but for the bootnode.
func (w *world) killSome(nodes []*process) ([]*process, error) {
	var killed []*process
	for i := 1; i < len(nodes); i += 5 {
		if err := w.kill(nodes[i]); err != nil {
			return killed, err
		}
		killed = append(killed, nodes[i])
	}
	return killed, nil
}

func without(nodes, others []*process) []*process {
	return slices.DeleteFunc(slices.Clone(nodes), func(p *process) bool {
		return slices.Contains(others, p)
	})
}

// agree: do the lists of all nodes whose lists are true say the same? It counts
// the pairs.
func agree(nodes []*process) (int, error) {
	lists := make(map[string]map[string]peer)
	for _, node := range nodes {
		if node.kind.forgetsPeers {
			continue
		}
		list, err := peersByID(node)
		if err != nil {
			return 0, err
		}
		lists[node.endpoint.id] = list
	}
	pairs := 0
	for id, list := range lists {
		for otherID, p := range list {
			other, known := lists[otherID]
			if !known {
				continue
			}
			if back, has := other[id]; !has {
				return 0, errors.New("a node has a peer that does not have it")
			} else if p.Inbound == back.Inbound {
				return 0, errors.New("nobody called, or both")
			}
			if p.Static || p.Dynamic == p.Inbound {
				return 0, fmt.Errorf("a peer is static: %v, dynamic: %v, inbound: %v",
					p.Static, p.Dynamic, p.Inbound)
			}
			if !p.Inbound {
				pairs++
			}
		}
	}
	if pairs == 0 {
		return 0, errors.New("there are none")
	}
	return pairs, nil
}

func peersByID(node *process) (map[string]peer, error) {
	a, err := node.ask("peers")
	if err != nil {
		return nil, err
	}
	list := make(map[string]peer)
	for _, p := range a.Peers {
		if _, twice := list[p.ID]; twice {
			return nil, fmt.Errorf("%s has a peer twice", node.kind.name)
		}
		list[p.ID] = p
	}
	return list, nil
}
