// SPDX-License-Identifier: MIT

// Package policy decides which nodes to dial as go-ethereum did in 2017, and with
// its costs: Go maps by node id, and a history that is searched from end to end
// for each candidate, so a turn costs static nodes x history. It is written from
// a description of the behaviour and replays the traces of tests/traces.
//
// Times are since any moment, and never go back. One goroutine at a time.
package policy

import (
	"net"
	"time"
)

const (
	// HistoryExpiration is how long after the end of a dial its node may not
	// be dialed again.
	HistoryExpiration = 30 * time.Second
	fallbackInterval  = 20 * time.Second
)

// Table is what the policy needs of the node table.
type Table interface {
	Self() NodeID
	// ReadRandomNodes fills some of the buffer. Returns how many.
	ReadRandomNodes(buffer []Node) int
}

// Config is what a policy is made with.
type Config struct {
	MaxDynDials int
	Table       Table // nil: there is none
	// Restricted: only addresses in NetRestrict may be dialed.
	Restricted  bool
	NetRestrict []*net.IPNet
	Bootnodes   []Node
}

// Policy is the state of the dialer.
type Policy struct {
	config        Config
	static        map[NodeID]*DialTask
	dialing       map[NodeID]Flags
	history       history
	bootnodes     []Node
	random        []Node
	lookupBuffer  []Node
	lookupRunning bool
	start         time.Duration
	started       bool
}

// Task is a DialTask, a LookupTask or a WaitTask.
type Task interface {
	// Do is what the task does, in whatever goroutine.
	Do()
}

// New makes one without static nodes.
func New(config Config) *Policy {
	return &Policy{
		config:    config,
		static:    make(map[NodeID]*DialTask),
		dialing:   make(map[NodeID]Flags),
		bootnodes: append([]Node(nil), config.Bootnodes...),
		random:    make([]Node, config.MaxDynDials/2),
	}
}

// AddStatic makes a fresh record for a node; an old one is forgotten.
func (p *Policy) AddStatic(node Node, run func(*DialTask)) {
	p.static[node.ID] = &DialTask{Flags: StaticDialed, Dest: node, Run: run}
}

// RemoveStatic drops the record. A dial of it goes on.
func (p *Policy) RemoveStatic(id NodeID) {
	delete(p.static, id)
}

// TaskDone takes back a task that ended.
func (p *Policy) TaskDone(task Task, now time.Duration) {
	switch t := task.(type) {
	case *DialTask:
		p.history.add(t.Dest.ID, now+HistoryExpiration)
		delete(p.dialing, t.Dest.ID)
	case *LookupTask:
		p.lookupRunning = false
		p.lookupBuffer = append(p.lookupBuffer, t.Results...)
	}
}

// HistoryLen is how many entries the history has.
func (p *Policy) HistoryLen() int {
	return p.history.Len()
}
