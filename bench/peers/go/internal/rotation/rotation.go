// SPDX-License-Identifier: MIT

// Package rotation keeps a policy busy with static nodes that never connect: each
// is dialed, waits in the history, and is dialed again. Time is made: it goes on
// by one step a dial, such that always the same number of nodes is out of the
// history, and the others, which are in it, cost the most that they can.
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
	step   time.Duration
	first  []policy.Task // handed out by the first call of NewTasks
}

// New makes one in which active of the nodes are about to be dialed and all
// others in the history. There must be more nodes than that.
func New(nodes []policy.Node, active int, run func(*policy.DialTask)) *Rotation {
	waiting := len(nodes) - active
	r := &Rotation{
		policy: policy.New(policy.Config{}),
		step:   policy.HistoryExpiration/time.Duration(waiting) + 1,
	}

	for _, node := range nodes {
		r.policy.AddStatic(node, run)
	}
	tasks := r.policy.NewTasks(0, nil, r.now)
	for _, task := range tasks[:waiting] {
		r.TaskDone(task)
	}
	r.first = tasks[waiting:]
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

// TaskDone takes a task back, and lets the time go on.
func (r *Rotation) TaskDone(task policy.Task) {
	r.now += r.step
	if wait, is := task.(*policy.WaitTask); is {
		r.now += wait.For
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
// the number from.
func Nodes(from, count int, port uint16) []policy.Node {
	nodes := make([]policy.Node, count)

	for i := range nodes {
		number := uint32(from + i)
		binary.BigEndian.PutUint32(nodes[i].ID[60:], number)
		nodes[i].IP = Address(number)
		nodes[i].Port = port
	}
	return nodes
}

// Address is one of 127.0.0.1 to 127.255.255.254, another for each number below
// 2^24 - 2.
func Address(number uint32) net.IP {
	const usable = 1<<24 - 2
	host := number%usable + 1

	return net.IP{127, byte(host >> 16), byte(host >> 8), byte(host)}
}
