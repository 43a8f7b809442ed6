// SPDX-License-Identifier: MIT

// Package serverloop is a loop of the shape that Server.run of go-ethereum had in
// 2017: one goroutine that owns the policy and the peers, a list of running and
// one of queued tasks, a goroutine for each running task, and a select over all
// that can happen. Each event, of whatever kind, is one turn.
//
// Where there was a choice it takes the cheaper one, so that nothing is won
// against it by its own slowness: the queue keeps its memory, a task that ended is taken
// out of the running ones by moving the last one into its place.
package serverloop

import (
	"sync"

	"dialtone/bench/peers/internal/policy"
)

// Peers are the connected nodes.
type Peers = map[policy.NodeID]policy.Flags

// Policy decides what to do. Only the loop's goroutine calls it.
type Policy interface {
	// NewTasks is asked when fewer tasks run than may. running counts the
	// queued ones too.
	NewTasks(running int, peers Peers) []policy.Task
	// TaskDone is told of each task that ended.
	TaskDone(task policy.Task)
	AddStatic(node policy.Node)
	RemoveStatic(id policy.NodeID)
}

// Peer is what enters and leaves the peers.
type Peer struct {
	ID      policy.NodeID
	Flags   policy.Flags
	Checked chan bool // is sent whether it may stay
}

// Loop is one. Its channels may be used while Run runs.
type Loop struct {
	AddStatic     chan policy.Node
	RemoveStatic  chan policy.NodeID
	PeerOp        chan func(Peers)
	PostHandshake chan Peer
	AddPeer       chan Peer
	DelPeer       chan Peer

	policy  Policy
	quit    chan struct{}
	stop    sync.Once
	limit   int
	done    chan policy.Task
	running []policy.Task
	queued  queue
	peers   Peers
}

// New makes a loop that runs at most limit tasks at once.
func New(decides Policy, limit int) *Loop {
	return &Loop{
		AddStatic:     make(chan policy.Node),
		RemoveStatic:  make(chan policy.NodeID),
		PeerOp:        make(chan func(Peers)),
		PostHandshake: make(chan Peer),
		AddPeer:       make(chan Peer),
		DelPeer:       make(chan Peer),
		policy:        decides,
		quit:          make(chan struct{}),
		limit:         limit,
		done:          make(chan policy.Task, limit),
		peers:         make(Peers),
	}
}

// Stop makes Run return soon. Any goroutine may call it, also the loop's own.
func (l *Loop) Stop() {
	l.stop.Do(func() { close(l.quit) })
}

// Run turns until it is stopped. Tasks that run then are waited for; the original
// leaves them alone.
func (l *Loop) Run() {
	for l.turn() {
	}
	for ; len(l.running) > 0; l.remove(<-l.done) {
	}
}

func (l *Loop) turn() bool {
	l.schedule()
	select {
	case <-l.quit:
		return false
	case node := <-l.AddStatic:
		l.policy.AddStatic(node)
	case id := <-l.RemoveStatic:
		l.policy.RemoveStatic(id)
	case op := <-l.PeerOp:
		op(l.peers)
	case task := <-l.done:
		l.remove(task)
		l.policy.TaskDone(task)
	case peer := <-l.PostHandshake:
		peer.Checked <- l.mayStay(peer)
	case peer := <-l.AddPeer:
		l.add(peer)
	case peer := <-l.DelPeer:
		delete(l.peers, peer.ID)
	}
	return true
}

// Queued tasks go first; the policy is asked only if they leave room.
func (l *Loop) schedule() {
	l.startQueued()
	if len(l.running) < l.limit {
		running := len(l.running) + l.queued.length()
		for _, task := range l.policy.NewTasks(running, l.peers) {
			l.queued.push(task)
		}
		l.startQueued()
	}
}

func (l *Loop) startQueued() {
	for len(l.running) < l.limit && l.queued.length() > 0 {
		task := l.queued.pop()
		l.running = append(l.running, task)
		go func() {
			task.Do()
			l.done <- task
		}()
	}
}

func (l *Loop) remove(task policy.Task) {
	last := len(l.running) - 1
	for i := range l.running {
		if l.running[i] == task {
			l.running[i] = l.running[last]
			l.running[last] = nil
			l.running = l.running[:last]
			return
		}
	}
}

func (l *Loop) mayStay(peer Peer) bool {
	_, known := l.peers[peer.ID]
	return !known
}

func (l *Loop) add(peer Peer) {
	stays := l.mayStay(peer)
	if stays {
		l.peers[peer.ID] = peer.Flags
	}
	peer.Checked <- stays
}
