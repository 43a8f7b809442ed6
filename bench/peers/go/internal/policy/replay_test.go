// SPDX-License-Identifier: MIT

package policy

import (
	"encoding/binary"
	"fmt"
	"sort"
	"strings"
	"time"
)

// replay is a trace that is played to a policy: a header, then events, and after
// each tick what it must ask for.
type replay struct {
	config Config
	table  traceTable
	static []Node
	policy *Policy // nil: still in the header
	peers  map[NodeID]Flags
	dials  map[NodeID]*DialTask
	lookup *LookupTask
	asked  []string // by the last tick
}

// traceTable answers what the trace says.
type traceTable struct {
	self   NodeID
	random []Node
}

func (t *traceTable) Self() NodeID { return t.self }

func (t *traceTable) ReadRandomNodes(buffer []Node) int {
	return copy(buffer, t.random)
}

// play returns the first difference.
func play(trace string) error {
	r := replay{
		peers: make(map[NodeID]Flags),
		dials: make(map[NodeID]*DialTask),
	}

	for number, line := range strings.Split(strings.TrimSuffix(trace, "\n"), "\n") {
		if err := r.line(line); err != nil {
			return fmt.Errorf("line %d: %s: %w", number+1, line, err)
		}
	}
	return r.nothingAsked()
}

func (r *replay) line(line string) error {
	switch {
	case strings.HasPrefix(line, "#"):
		return nil
	case strings.HasPrefix(line, "> "):
		return r.expect(line[2:])
	}
	if err := r.nothingAsked(); err != nil {
		return err
	}
	f := fieldsOf(line)
	if r.policy == nil {
		r.header(f)
	} else {
		r.event(f)
	}
	if f.err == nil && len(f.rest) > 0 {
		f.fail("%q is too much", f.rest)
	}
	return f.err
}

func (r *replay) nothingAsked() error {
	if len(r.asked) > 0 {
		return fmt.Errorf("the tick before also asked for %q", r.asked)
	}
	return nil
}

func (r *replay) expect(want string) error {
	if len(r.asked) == 0 {
		return fmt.Errorf("nothing more was asked for")
	}
	got := r.asked[0]
	r.asked = r.asked[1:]
	if f := fieldsOf(want); len(f.rest) == 4 {
		task := &DialTask{Flags: map[string]Flags{"static": StaticDialed,
			"dyn": DynDialed}[f.text()], Dest: f.node()}
		if f.err != nil {
			return f.err
		}
		want = describe(task)
	}
	if got != want {
		return fmt.Errorf("asked for %q", got)
	}
	return nil
}

func describe(task Task) string {
	switch t := task.(type) {
	case *DialTask:
		kind := "dyn"
		if t.Flags&StaticDialed != 0 {
			kind = "static"
		}
		return fmt.Sprintf("%s n%d %s %d", kind,
			binary.BigEndian.Uint64(t.Dest.ID[56:]), t.Dest.IP, t.Dest.Port)
	case *LookupTask:
		return "discover"
	case *WaitTask:
		return fmt.Sprintf("wait %d", t.For.Milliseconds())
	}
	return fmt.Sprintf("%T", task)
}

func (r *replay) header(f *fields) {
	switch key := f.text(); key {
	case "dialtrace":
		f.number(8)
	case "maxdyn":
		r.config.MaxDynDials = int(f.number(31))
	case "self":
		if f.next() == "-" {
			f.text()
			return
		}
		r.table.self = f.id()
		r.config.Table = &r.table
	case "netrestrict":
		r.restrict(f)
	case "bootnode":
		r.config.Bootnodes = append(r.config.Bootnodes, f.node())
	case "static":
		r.static = append(r.static, f.node())
	case "begin":
		r.begin()
	default:
		f.fail("there is no %q in a header", key)
	}
}

func (r *replay) restrict(f *fields) {
	switch f.next() {
	case "-":
		f.text()
	case "empty":
		f.text()
		r.config.Restricted = true
	default:
		r.config.Restricted = true
		r.config.NetRestrict = f.networks()
	}
}

func (r *replay) begin() {
	r.policy = New(r.config)
	for _, node := range r.static {
		r.policy.AddStatic(node, nil)
	}
}

func (r *replay) event(f *fields) {
	switch key := f.text(); key {
	case "tick":
		r.tick(f)
	case "peer+":
		id := f.id()
		r.peers[id] = f.flags()
	case "peer-":
		delete(r.peers, f.id())
	case "done":
		r.done(f)
	case "static+":
		r.policy.AddStatic(f.node(), nil)
	case "static-":
		r.policy.RemoveStatic(f.id())
	case "end":
	default:
		f.fail("there is no event %q", key)
	}
}

func (r *replay) tick(f *fields) {
	now := f.time()
	f.text() // "running"
	running := int(f.number(31))
	f.text() // "random"
	r.table.random = f.list()
	if f.err != nil {
		return
	}
	tasks := r.policy.NewTasks(running, r.peers, now)
	sortStatic(tasks)
	for _, task := range tasks {
		r.asked = append(r.asked, describe(task))
		switch t := task.(type) {
		case *DialTask:
			r.dials[t.Dest.ID] = t
		case *LookupTask:
			r.lookup = t
		}
	}
}

// The static dials come first, in any order.
func sortStatic(tasks []Task) {
	count := 0
	for count < len(tasks) {
		dial, is := tasks[count].(*DialTask)
		if !is || dial.Flags&StaticDialed == 0 {
			break
		}
		count++
	}
	sort.Slice(tasks[:count], func(i, j int) bool {
		a, b := tasks[i].(*DialTask), tasks[j].(*DialTask)
		return string(a.Dest.ID[:]) < string(b.Dest.ID[:])
	})
}

func (r *replay) done(f *fields) {
	now := f.time()

	switch kind := f.text(); kind {
	case "wait":
		r.policy.TaskDone(&WaitTask{}, now)
	case "discover":
		if r.lookup == nil {
			f.fail("no lookup is active")
			return
		}
		r.lookup.Results = f.list()
		r.policy.TaskDone(r.lookup, now)
		r.lookup = nil
	case "dial":
		r.dialDone(f, now)
	default:
		f.fail("there is no task %q", kind)
	}
}

// What a dial found out about where its node is stays in the record that it was
// made from: the task itself.
func (r *replay) dialDone(f *fields, now time.Duration) {
	id := f.id()
	task := r.dials[id]

	if task == nil {
		f.fail("no dial of it is active")
		return
	}
	if len(f.rest) > 0 {
		f.text() // "endpoint"
		task.Dest.IP = f.host(f.text())
		task.Dest.Port = uint16(f.number(16))
	}
	delete(r.dials, id)
	r.policy.TaskDone(task, now)
}
