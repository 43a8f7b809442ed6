// SPDX-License-Identifier: MIT

package policy

import "time"

// turn is one call of NewTasks.
type turn struct {
	*Policy
	peers map[NodeID]Flags
	now   time.Duration
	need  int // dynamic dials that are wanted
	tasks []Task
}

// NewTasks is what to do now. running counts the tasks that have not ended, here
// or in a queue; only whether there are any matters.
func (p *Policy) NewTasks(running int, peers map[NodeID]Flags, now time.Duration) []Task {
	t := turn{Policy: p, peers: peers, now: now}

	if !p.started {
		p.start, p.started = now, true
	}
	t.need = p.countNeed(peers)
	p.history.expire(now)
	t.dialStatic()
	t.dialBootnode()
	t.dialRandom()
	t.dialFound()
	if len(p.lookupBuffer) < t.need && !p.lookupRunning {
		p.lookupRunning = true
		t.tasks = append(t.tasks, &LookupTask{})
	}
	if running == 0 && len(t.tasks) == 0 && p.history.Len() > 0 {
		t.tasks = append(t.tasks, &WaitTask{For: p.history.earliest() - now})
	}
	return t.tasks
}

func (p *Policy) countNeed(peers map[NodeID]Flags) int {
	need := p.config.MaxDynDials
	for _, flags := range peers {
		if flags&DynDialed != 0 {
			need--
		}
	}
	for _, flags := range p.dialing {
		if flags&DynDialed != 0 {
			need--
		}
	}
	return need
}

// All that may be dialed are, and none of it is taken from need. What can never
// be dialed is forgotten.
func (t *turn) dialStatic() {
	for id, record := range t.static {
		switch t.check(&record.Dest, t.peers) {
		case allowed:
			t.dialing[id] = record.Flags
			t.tasks = append(t.tasks, record)
		case isSelf, isRestricted:
			delete(t.static, id)
		}
	}
}

func (t *turn) dialDyn(node *Node) {
	if t.check(node, t.peers) != allowed {
		return
	}
	t.dialing[node.ID] = DynDialed
	t.tasks = append(t.tasks, &DialTask{Flags: DynDialed, Dest: *node})
	t.need--
}

// One bootnode a call, in turn, if nobody is connected though some time passed.
func (t *turn) dialBootnode() {
	if len(t.peers) > 0 || len(t.bootnodes) == 0 || t.need <= 0 ||
		t.now-t.start <= fallbackInterval {
		return
	}
	head := t.bootnodes[0]
	copy(t.bootnodes, t.bootnodes[1:])
	t.bootnodes[len(t.bootnodes)-1] = head
	t.dialDyn(&head)
}

// Half of what is needed comes from the table; what is refused is not made up
// for.
func (t *turn) dialRandom() {
	half := t.need / 2
	if half <= 0 || t.config.Table == nil {
		return
	}
	count := t.config.Table.ReadRandomNodes(t.random)
	if count > half {
		count = half
	}
	for i := 0; i < count; i++ {
		t.dialDyn(&t.random[i])
	}
}

// What look-ups found, in order; what is refused is lost.
func (t *turn) dialFound() {
	taken := 0
	for ; taken < len(t.lookupBuffer) && t.need > 0; taken++ {
		t.dialDyn(&t.lookupBuffer[taken])
	}
	t.lookupBuffer = t.lookupBuffer[:copy(t.lookupBuffer, t.lookupBuffer[taken:])]
}
