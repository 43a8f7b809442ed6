// SPDX-License-Identifier: MIT

// Command decisions asks what a decision costs, and what a node costs in memory,
// when they are made as go-ethereum made them in 2017: Go maps, and a history that
// is searched from end to end. Static nodes go round: 16 are being dialed, all
// others are in the history. A task is a call of TaskDone for the dial that began
// 16 tasks ago and one of NewTasks, as each end of a task is a turn of the
// original's loop.
//
// A task costs static nodes x history. When that is longer than may be measured,
// the program says how long it would take.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"dialtone/bench/peers/internal/arguments"
	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
	"dialtone/bench/peers/internal/rotation"
)

const (
	// What any dialer has to keep of a node: an id, and an endpoint as dialtone
	// keeps it.
	knownBytes = 64 + 22
	inFlight   = 16
)

func main() {
	os.Exit(arguments.Run(measure))
}

func measure(words []string) error {
	var s arguments.Set
	nodes := s.Int("static_nodes", 1000, inFlight+1, 10_000_000)
	peers := s.Int("peers", 0, 0, 1_000_000)
	seconds := s.Seconds()
	if err := s.Parse(words); err != nil {
		return err
	}
	before := heapBytes()
	turns := newTurns(*nodes)
	bytes := float64(heapBytes()-before)/float64(*nodes) - knownBytes
	turns.connect(*peers)

	estimate := turns.estimate()
	if allowed := *seconds + 2; estimate.Seconds() > allowed {
		return fmt.Errorf("a task would take %.2g s with %d static nodes, "+
			"and a node %.0f B: not measured", estimate.Seconds(), *nodes, bytes)
	}
	task := turns.run(*seconds, estimate)
	figures.Print("task_s", task)
	figures.Print("tasks_per_s", 1/task)
	figures.Print("bytes_per_node", bytes)
	return nil
}

func heapBytes() int64 {
	var memory runtime.MemStats

	runtime.GC()
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

// turns is the state machine with its nodes and peers.
type turns struct {
	*rotation.Rotation
	nodes  int
	peers  map[policy.NodeID]policy.Flags
	active []policy.Task // the oldest first
}

func newTurns(nodes int) *turns {
	return &turns{
		Rotation: rotation.New(rotation.Nodes(0, nodes, 30303), inFlight, nil),
		nodes:    nodes,
		peers:    make(map[policy.NodeID]policy.Flags),
	}
}

// connect adds peers that are no static nodes, and begins the first dials.
func (t *turns) connect(peers int) {
	for _, peer := range rotation.Nodes(t.nodes, peers, 30303) {
		t.peers[peer.ID] = policy.DynDialed
	}
	t.active = t.NewTasks(0, t.peers)
}

// estimate is how long a turn takes: it checks all nodes, of which a few are
// checked here.
func (t *turns) estimate() time.Duration {
	const checks = 32
	began := time.Now()

	for i := 0; i < checks; i++ {
		node := rotation.Nodes(i*t.nodes/checks, 1, 30303)[0]
		t.MayDial(&node, t.peers)
	}
	return time.Since(began) * time.Duration(t.nodes) / checks
}

// run returns the seconds of a task. It looks at the clock each millisecond or
// so, or after each turn, whichever is longer.
func (t *turns) run(seconds float64, estimate time.Duration) float64 {
	const look = time.Millisecond
	length := time.Duration(seconds * float64(time.Second))
	batch := int(look/(estimate+1)) + 1
	tasks := 0

	if estimate < length/5 {
		t.turn() // the first is the warm-up, where there is time for it
	}
	began := time.Now()
	for {
		for i := 0; i < batch; i++ {
			tasks += t.turn()
		}
		if passed := time.Since(began); passed >= length {
			return passed.Seconds() / float64(tasks)
		}
	}
}

// turn ends the oldest task and asks for new ones. Returns how many dials ended.
func (t *turns) turn() int {
	oldest := t.active[0]

	t.TaskDone(oldest)
	rest := append(t.active[:0], t.active[1:]...)
	t.active = append(rest, t.NewTasks(len(rest), t.peers)...)
	if _, is := oldest.(*policy.DialTask); !is {
		return 0
	}
	return 1
}
