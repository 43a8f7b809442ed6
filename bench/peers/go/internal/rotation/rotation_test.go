// SPDX-License-Identifier: MIT

package rotation

import (
	"testing"

	"dialtone/bench/peers/internal/policy"
)

func TestEachEndOfADialIsTheBeginningOfOne(t *testing.T) {
	const nodes, active = 100, 16
	r := New(Nodes(0, nodes, 30303), active, nil)
	dialed := make(map[policy.NodeID]int)

	running := r.NewTasks(0, nil)
	if len(running) != active {
		t.Fatalf("%d dials, want %d", len(running), active)
	}
	for i := 0; i < 5*nodes; i++ {
		r.TaskDone(running[0])
		next := r.NewTasks(active-1, nil)
		dial, is := next[0].(*policy.DialTask)
		if len(next) != 1 || !is {
			t.Fatalf("turn %d: %d tasks, the first a %T", i, len(next), next[0])
		}
		dialed[dial.Dest.ID]++
		running = append(running[1:], dial)
	}
	for id, count := range dialed {
		if count != 5 {
			t.Errorf("%x was dialed %d times, want 5", id[:4], count)
		}
	}
}

func TestBurstsDialAllNodesAndThenWait(t *testing.T) {
	const nodes = 20
	r := NewBursts(Nodes(0, nodes, 30303), nil)

	for round := 0; round < 3; round++ {
		dials := r.NewTasks(0, nil)
		for _, task := range dials {
			r.TaskDone(task)
		}
		wait := r.NewTasks(0, nil)
		if len(dials) != nodes || len(wait) != 1 {
			t.Fatalf("round %d: %d dials, then %d tasks", round,
				len(dials), len(wait))
		}
		if _, is := wait[0].(*policy.WaitTask); !is {
			t.Fatalf("round %d: %T, want a wait", round, wait[0])
		}
		r.TaskDone(wait[0])
	}
}

func TestNodesDifferInIDAndAddress(t *testing.T) {
	const count = 100000
	ids := make(map[policy.NodeID]bool)
	addresses := make(map[string]bool)

	for _, node := range Nodes(5, count, 30303) {
		ids[node.ID] = true
		addresses[node.IP.String()] = true
		if !node.IP.IsLoopback() {
			t.Fatalf("%v", node.IP)
		}
	}
	if len(ids) != count || len(addresses) != count {
		t.Errorf("%d ids and %d addresses of %d nodes", len(ids),
			len(addresses), count)
	}
}
