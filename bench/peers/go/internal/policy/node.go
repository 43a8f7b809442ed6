// SPDX-License-Identifier: MIT

package policy

import (
	"net"
	"time"
)

// NodeID is a public key.
type NodeID [64]byte

// Node is a node and where it is. No IP: its address is not known.
type Node struct {
	ID   NodeID
	IP   net.IP
	Port uint16
}

// Flags tell how a connection came about.
type Flags uint8

// The flags of a dial are DynDialed or StaticDialed; a peer may have several.
const (
	DynDialed Flags = 1 << iota
	StaticDialed
	Inbound
	Trusted
)

// DialTask is a dial. For a static node it is the node's record itself, which
// lives on from dial to dial.
type DialTask struct {
	Flags Flags
	Dest  Node
	// Run is what the dial does; nil: nothing.
	Run func(task *DialTask)
	// Mark is free for whoever runs the task.
	Mark int64
}

// Do runs the dial.
func (t *DialTask) Do() {
	if t.Run != nil {
		t.Run(t)
	}
}

// LookupTask searches for nodes.
type LookupTask struct {
	Results []Node
}

// Do is nothing: whoever starts it fills the results.
func (t *LookupTask) Do() {}

// WaitTask waits until the first node may be dialed again.
type WaitTask struct {
	For time.Duration
}

// Do is nothing: time here is what the caller says it is.
func (t *WaitTask) Do() {}
