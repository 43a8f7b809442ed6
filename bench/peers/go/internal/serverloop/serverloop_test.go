// SPDX-License-Identifier: MIT

package serverloop

import (
	"sync/atomic"
	"testing"

	"dialtone/bench/peers/internal/policy"
)

// counted is a task that sees how many of its kind run.
type counted struct {
	running, most *atomic.Int64
}

func (c *counted) Do() {
	now := c.running.Add(1)
	for most := c.most.Load(); now > most && !c.most.CompareAndSwap(most, now); {
		most = c.most.Load()
	}
	c.running.Add(-1)
}

// once asks for its tasks one time, and stops the loop when all have ended.
type once struct {
	loop    *Loop
	tasks   []policy.Task
	left    int
	static  []policy.Node
	removed []policy.NodeID
}

func (o *once) NewTasks(int, Peers) []policy.Task {
	tasks := o.tasks
	o.tasks = nil
	return tasks
}

func (o *once) TaskDone(policy.Task) {
	o.left--
	if o.left == 0 {
		o.loop.Stop()
	}
}

func (o *once) AddStatic(node policy.Node)    { o.static = append(o.static, node) }
func (o *once) RemoveStatic(id policy.NodeID) { o.removed = append(o.removed, id) }

func TestEachTaskRunsAndNoMoreThanTheLimitAtOnce(t *testing.T) {
	const count, limit = 1000, 4
	var running, most atomic.Int64
	o := &once{left: count}
	for i := 0; i < count; i++ {
		o.tasks = append(o.tasks, &counted{&running, &most})
	}
	o.loop = New(o, limit)

	o.loop.Run()

	if o.left != 0 || most.Load() < 1 || most.Load() > limit {
		t.Errorf("%d tasks are left, up to %d ran at once", o.left, most.Load())
	}
}

func TestEventsReachThePolicyAndThePeers(t *testing.T) {
	node := policy.Node{ID: policy.NodeID{1}}
	peer := Peer{ID: policy.NodeID{2}, Flags: policy.Inbound,
		Checked: make(chan bool)}
	o := &once{}
	l := New(o, 1)
	ended := make(chan struct{})
	go func() {
		l.Run()
		close(ended)
	}()
	ask := func(to chan<- Peer) bool {
		to <- peer
		return <-peer.Checked
	}
	count := func() int {
		counts := make(chan int)
		l.PeerOp <- func(peers Peers) { counts <- len(peers) }
		return <-counts
	}

	l.AddStatic <- node
	l.RemoveStatic <- node.ID
	may, added, again := ask(l.PostHandshake), ask(l.AddPeer), ask(l.AddPeer)
	with := count()
	l.DelPeer <- peer
	without := count()
	l.Stop()
	l.Stop()
	<-ended

	if !may || !added || again {
		t.Errorf("may stay %v, was added %v, was added again %v", may, added, again)
	}
	if with != 1 || without != 0 {
		t.Errorf("%d peers, then %d", with, without)
	}
	if len(o.static) != 1 || len(o.removed) != 1 {
		t.Errorf("%d nodes added, %d removed", len(o.static), len(o.removed))
	}
}
