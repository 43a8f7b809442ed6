// SPDX-License-Identifier: MIT

// Package rotation keeps a policy busy with static nodes that never connect: each
// is dialed, waits in the history, and is dialed again. Time is made.
package rotation

import (
	"encoding/binary"
	"net"
	"time"

	"dialtone/bench/peers/internal/policy"
)

// Rotation is a policy with its nodes and its time.
type Rotation struct {
	policy *policy.Policy
	now    time.Duration
	step   time.Duration // what the end of a dial adds
	first  []policy.Task // handed out by the first call of NewTasks
}

// New makes one in which the time goes on with each dial such that always active
// of the nodes are out of the history and all others in it, where they cost the
// most. There must be more nodes than active.
func New(nodes []policy.Node, active int, run func(*policy.DialTask)) *Rotation {
	waiting := len(nodes) - active
	r := NewBursts(nodes, run)

	r.step = policy.HistoryExpiration/time.Duration(waiting) + 1
	tasks := r.policy.NewTasks(0, nil, r.now)
	for _, task := range tasks[:waiting] {
		r.TaskDone(task)
	}
	r.first = tasks[waiting:]
	return r
}

// NewBursts makes one in which the time stands still while nodes are dialed, as
// the history is long against any number of dials here: all are dialed, then a
// wait task, which takes no time here, lets all out of the history.
func NewBursts(nodes []policy.Node, run func(*policy.DialTask)) *Rotation {
	r := &Rotation{policy: policy.New(policy.Config{})}

	for _, node := range nodes {
		r.policy.AddStatic(node, run)
	}
	return r
}

// NewTasks is what to dial now.
func (r *Rotation) NewTasks(running int, peers map[policy.NodeID]policy.Flags) []policy.Task {
	if r.first != nil {
		tasks := r.first
		r.first = nil
		return tasks
	}
	return r.policy.NewTasks(running, peers, r.now)
}

// MayDial tells whether a node could be dialed now.
func (r *Rotation) MayDial(node *policy.Node, peers map[policy.NodeID]policy.Flags) bool {
	return r.policy.MayDial(node, peers)
}

// TaskDone takes a task back, and lets the time go on.
func (r *Rotation) TaskDone(task policy.Task) {
	r.now += r.step
	if wait, is := task.(*policy.WaitTask); is {
		r.now += wait.For + 1
	}
	r.policy.TaskDone(task, r.now)
}

// AddStatic adds a node that runs nothing.
func (r *Rotation) AddStatic(node policy.Node) {
	r.policy.AddStatic(node, nil)
}

// RemoveStatic takes a node out.
func (r *Rotation) RemoveStatic(id policy.NodeID) {
	r.policy.RemoveStatic(id)
}

// Nodes makes count nodes with addresses spread over 127.0.0.0/8. The first has
// the number from, which makes its id: a random one, as keys are.
func Nodes(from, count int, port uint16) []policy.Node {
	nodes := make([]policy.Node, count)

	for i := range nodes {
		number := uint32(from + i)
		nodes[i] = policy.Node{ID: idOf(number), IP: Address(number), Port: port}
	}
	return nodes
}

// Splitmix64.
func idOf(number uint32) (id policy.NodeID) {
	state := uint64(number) << 32

	for i := 0; i < len(id); i += 8 {
		state += 0x9e3779b97f4a7c15
		mixed := (state ^ state>>30) * 0xbf58476d1ce4e5b9
		mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
		binary.LittleEndian.PutUint64(id[i:], mixed^mixed>>31)
	}
	return id
}

// Address is an address in 127.0.0.0/8, another for each number below 16,000,000:
// those that the contenders in C dial.
func Address(number uint32) net.IP {
	const aNetwork = 250 // .1 to .250
	network := number / aNetwork

	return net.IP{127, byte(1 + network/256%250), byte(network % 256),
		byte(1 + number%aNetwork)}
}
