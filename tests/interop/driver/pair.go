// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"time"
)

// patience is how long a thing that takes its time is tried again.
const (
	patience = 60 * time.Second
	pause    = 300 * time.Millisecond
)

func eventually(try func() error) error {
	_, err := countTries(try)
	return err
}

func countTries(try func() error) (int, error) {
	limit := time.Now().Add(patience)
	for tries := 1; ; tries++ {
		err := try()
		if err == nil || time.Now().After(limit) {
			return tries, err
		}
		time.Sleep(pause)
	}
}

// pair is an asker and an answerer of two kinds, and those around them:
//
//	other (as asker) --bootnode--> answerer <--bootnode-- friend (as answerer)
//	asker: knows nobody
type pair struct {
	asker, answerer, other, friend *process
}

// scenario is one thing that must work. It may be tried again.
type scenario struct {
	name string // of what the asker does; %s: the answerer's kind
	try  func(*pair) error
	// Does it make sense between these kinds? nil: always.
	applies func(asker, answerer *kind) bool
}

// The order matters: a bond is made once.
var scenarios = []scenario{
	{"gets no answer from %s before it has proved its endpoint",
		(*pair).strange, strangers},
	{"pings %s, which says where it comes from", (*pair).ping, nil},
	{"gets into the table of %s by its ping", (*pair).intoTable, nil},
	{"takes %s into its own table", (*pair).takesIn, nil},
	{"asks %s for the nodes closest to an id", (*pair).findNode, nil},
	{"reads the record of %s, of the sequence number that its pong told",
		(*pair).record, bothRecords},
	{"gives up on the record of %s, which has none", (*pair).noRecord, oneRecord},
	{"looks up a node that only %s knows", (*pair).lookup, nil},
	{"resolves an id that only %s knows", (*pair).resolve, nil},
	{"is found by lookup, by another %s", (*pair).isFound, nil},
	{"fills its table by itself with %s as bootnode", (*pair).bootstraps, nil},
}

func strangers(asker, answerer *kind) bool {
	return !asker.bondsFirst && answerer.wantsProof
}

func bothRecords(asker, answerer *kind) bool {
	return asker.records && answerer.records
}

func oneRecord(asker, answerer *kind) bool {
	return asker.records && !answerer.records
}

// runPair tries all scenarios of an ordered pair of kinds.
func runPair(r *report, asker, answerer *kind, ipv6 bool) {
	w := world{ipv6: ipv6}
	defer w.end(r)
	over := ""
	if ipv6 {
		over = "over IPv6, "
	}
	p, err := w.startPair(asker, answerer)
	if err != nil {
		r.check(fmt.Sprintf("%s%s and %s start", over, asker.name, answerer.name), err)
		return
	}
	for _, s := range scenarios {
		if s.applies != nil && !s.applies(asker, answerer) {
			continue
		}
		name := over + asker.name + " " + fmt.Sprintf(s.name, answerer.name)
		tries, err := countTries(func() error { return s.try(p) })
		r.checkTries(name, tries, err)
	}
}

// joins waits until a node is in the table of its bootnode. ethereumjs pings that
// once; when a packet of this bond is lost, or late since the machine is busy, it
// stays alone, and is told to ping again.
func joins(node, bootnode *process) error {
	tries := 0
	return eventually(func() error {
		err := hasNode(bootnode, node)
		if tries++; err != nil && tries%10 == 0 {
			_, pingErr := node.ask("ping", bootnode.url)
			err = errors.Join(err, pingErr)
		}
		return err
	})
}

// startPair waits until the answerer takes nodes in: a node that has just begun
// fills its table by itself first.
func (w *world) startPair(asker, answerer *kind) (*pair, error) {
	var p pair
	var err error
	if p.answerer, err = w.start(answerer); err != nil {
		return nil, err
	}
	if p.friend, err = w.start(answerer, p.answerer); err != nil {
		return nil, err
	}
	if err = joins(p.friend, p.answerer); err != nil {
		return nil, err
	}
	if p.other, err = w.start(asker, p.answerer); err != nil {
		return nil, err
	}
	if err = joins(p.other, p.answerer); err != nil {
		return nil, err
	}
	p.asker, err = w.start(asker)
	return &p, err
}

func (p *pair) strange() error {
	_, err := p.asker.ask("findnode", p.answerer.url, p.other.endpoint.id)
	if err == nil {
		return errors.New("it answered a stranger")
	}
	return nil
}

func (p *pair) ping() error {
	a, err := p.asker.ask("ping", p.answerer.url)
	if err != nil {
		return err
	}
	if own := p.asker.endpoint.udp.String(); a.SeenAs != "" && a.SeenAs != own {
		return fmt.Errorf("seen as %s instead of %s", a.SeenAs, own)
	}
	return nil
}

func (p *pair) intoTable() error {
	return hasNode(p.answerer, p.asker)
}

func (p *pair) takesIn() error {
	return hasNode(p.asker, p.answerer)
}

// hasNode: is it in its table?
func hasNode(in, of *process) error {
	return finds(in, of, "table")
}

func (p *pair) findNode() error {
	return finds(p.asker, p.other, "findnode", p.answerer.url,
		p.other.endpoint.id)
}

func (p *pair) record() error {
	pong, err := p.asker.ask("ping", p.answerer.url)
	if err != nil {
		return err
	}
	a, err := p.asker.ask("requestenr", p.answerer.url)
	if err != nil {
		return err
	}
	if a.RecordSeq == 0 || a.RecordSeq != pong.RecordSeq {
		return fmt.Errorf("record %d, the pong said %d", a.RecordSeq, pong.RecordSeq)
	}
	nodes, err := parseEnodes(a.Nodes)
	if err != nil {
		return err
	}
	return find(nodes, p.answerer.endpoint)
}

func (p *pair) noRecord() error {
	if a, err := p.asker.ask("requestenr", p.answerer.url); err == nil {
		return fmt.Errorf("got %s", a.Record)
	}
	return nil
}

func (p *pair) lookup() error {
	return finds(p.asker, p.other, "lookup", p.other.endpoint.id)
}

func (p *pair) resolve() error {
	return resolves(p.asker, p.other)
}

func (p *pair) isFound() error {
	return finds(p.friend, p.asker, "lookup", p.asker.endpoint.id)
}

func resolves(node, wanted *process) error {
	return finds(node, wanted, "resolve", "enode://"+wanted.endpoint.id)
}

// finds: is the node among those that a command of another gives?
func finds(node, wanted *process, words ...string) error {
	nodes, err := node.nodes(words...)
	if err != nil {
		return err
	}
	return find(nodes, wanted.endpoint)
}

// other began with the answerer as its bootnode, and was asked nothing.
func (p *pair) bootstraps() error {
	for _, node := range []*process{p.answerer, p.friend, p.asker} {
		if err := hasNode(p.other, node); err != nil {
			return err
		}
	}
	return nil
}
