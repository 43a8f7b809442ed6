// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"slices"
)

// words are what a kind calls the end of a peer.
type words struct {
	quit   []string // the peer said that it quits
	parted []string // it wants no more of it
	cut    []string // the connection ended
}

// peerOf is what a node's own list has of another; an error: it is not there, or
// more than once.
func peerOf(node, other *process) (peer, error) {
	a, err := node.ask("peers")
	if err != nil {
		return peer{}, err
	}
	var found []peer
	for _, p := range a.Peers {
		if p.ID == other.endpoint.id {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return peer{}, fmt.Errorf("%s has no %s among its %d peers",
			node.kind.name, other.kind.name, len(a.Peers))
	case 1:
		return found[0], nil
	}
	return peer{}, fmt.Errorf("%s has a %s %d times", node.kind.name,
		other.kind.name, len(found))
}

func hasNoPeers(node *process) error {
	a, err := node.ask("peers")
	if err != nil {
		return err
	}
	if len(a.Peers) > 0 {
		return fmt.Errorf("%s has %d peers", node.kind.name, len(a.Peers))
	}
	return nil
}

// arePeers: does each have the other once, as who called and who was called, and
// know of it what its Hello says?
func arePeers(caller, called *process) error {
	theirs, err := peerOf(caller, called)
	if err != nil {
		return err
	}
	ours, err := peerOf(called, caller)
	if err != nil {
		return err
	}
	if theirs.Inbound || !ours.Inbound {
		return fmt.Errorf("for the caller it is inbound: %v, for the called: %v",
			theirs.Inbound, ours.Inbound)
	}
	if theirs.Static == theirs.Dynamic {
		return fmt.Errorf("for the caller it is static: %v, dynamic: %v",
			theirs.Static, theirs.Dynamic)
	}
	return errors.Join(introduces(theirs, called), introduces(ours, caller))
}

// introduces: is this what the node says of itself?
func introduces(p peer, node *process) error {
	if p.Client != node.kind.client {
		return fmt.Errorf("%s says that it is %q", node.kind.name, p.Client)
	}
	if !slices.Equal(p.Capabilities, []string{capability}) {
		return fmt.Errorf("%s says that it speaks %q", node.kind.name,
			p.Capabilities)
	}
	return nil
}

// hasRefused: has a connection come to nothing for one of these reasons?
func hasRefused(node *process, reasons ...string) error {
	a, err := node.ask("past")
	if err != nil {
		return err
	}
	for _, reason := range reasons {
		if slices.Contains(a.Refused, reason) {
			return nil
		}
	}
	return fmt.Errorf("%s has refused for %q instead of %q", node.kind.name,
		a.Refused, reasons)
}

// hasEnded: did the other cease to be a peer, the last time for one of these
// reasons?
func hasEnded(node, other *process, reasons ...string) error {
	a, err := node.ask("past")
	if err != nil {
		return err
	}
	last := "nothing"
	for _, e := range a.Ended {
		if e.ID == other.endpoint.id {
			last = e.Why
		}
	}
	if !slices.Contains(reasons, last) {
		return fmt.Errorf("%s has ended it for %q instead of %q",
			node.kind.name, last, reasons)
	}
	return nil
}

// dialEnded: has its last dial to this node ended so? outcome "": any.
func dialEnded(node *process, url, outcome string, endings ...string) error {
	a, err := node.ask("fate", url)
	if err != nil {
		return err
	}
	if !slices.Contains(endings, a.Ending) ||
		outcome != "" && outcome != a.Outcome {
		return fmt.Errorf("its dial ended as %q for %q instead of %q",
			a.Outcome, a.Ending, endings)
	}
	return nil
}
