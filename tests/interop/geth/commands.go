// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/discover/v4wire"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// answer is a line of the protocol (tests/interop/driver/process.go).
type answer struct {
	Tag       string   `json:"tag"`
	Error     string   `json:"error,omitempty"`
	Nodes     []string `json:"nodes,omitempty"`
	SeenAs    string   `json:"seen_as,omitempty"`
	RecordSeq uint64   `json:"record_seq,omitempty"`
	Record    string   `json:"record,omitempty"`
	Peers     []peer   `json:"peers,omitempty"`
	Ended     []ended  `json:"ended,omitempty"`
	Refused   []string `json:"refused,omitempty"`
}

// serve carries out commands, each as it comes, until the input ends or says
// quit.
func serve(n *node, in io.Reader, out io.Writer) error {
	var answering sync.Mutex
	encoder := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 {
			return fmt.Errorf("not a command: %q", lines.Text())
		}
		if words[1] == "quit" {
			return nil
		}
		go func() {
			a, err := n.obey(words[1], words[2:])
			a.Tag = words[0]
			if err != nil {
				a.Error = err.Error()
			}
			answering.Lock()
			defer answering.Unlock()
			encoder.Encode(&a)
		}()
	}
	return lines.Err()
}

func (n *node) obey(verb string, words []string) (answer, error) {
	if n.peers != nil {
		switch {
		case verb == "peers" && len(words) == 0:
			return n.peers.list(), nil
		case verb == "past" && len(words) == 0:
			return n.peers.past(), nil
		case verb == "dial" && len(words) == 1:
			return withNode(words[0], n.peers.dial)
		case verb == "forget" && len(words) == 1:
			return withNode(words[0], n.peers.forget)
		}
	}
	switch {
	case verb == "table" && len(words) == 0:
		return n.table(), nil
	case verb == "ping" && len(words) == 1:
		return withNode(words[0], n.ping)
	case verb == "requestenr" && len(words) == 1:
		return withNode(words[0], n.requestRecord)
	case verb == "resolve" && len(words) == 1:
		return withNode(words[0], n.resolve)
	case verb == "lookup" && len(words) == 1:
		return n.lookup(words[0])
	case verb == "findnode" && len(words) == 2 && n.tap != nil:
		return n.find(words[0], words[1])
	}
	return answer{}, fmt.Errorf("no such command: %s %q", verb, words)
}

func withNode(url string, do func(*enode.Node) (answer, error)) (answer, error) {
	of, err := enode.ParseV4(url)
	if err != nil {
		return answer{}, err
	}
	return do(of)
}

func (n *node) ping(of *enode.Node) (answer, error) {
	pong, err := n.udp.Ping(of)
	if err != nil {
		return answer{}, err
	}
	address, _ := netip.AddrFromSlice(pong.To.IP)
	return answer{
		SeenAs:    netip.AddrPortFrom(address, pong.To.UDP).String(),
		RecordSeq: pong.ENRSeq,
	}, nil
}

func (n *node) requestRecord(of *enode.Node) (answer, error) {
	record, err := n.udp.RequestENR(of)
	if err != nil {
		return answer{}, err
	}
	return answer{
		Nodes:     []string{record.URLv4()},
		Record:    record.String(),
		RecordSeq: record.Seq(),
	}, nil
}

func (n *node) resolve(of *enode.Node) (answer, error) {
	found := n.udp.Resolve(of)
	if !found.IPAddr().IsValid() {
		return answer{}, errors.New("not found")
	}
	return answer{Nodes: []string{found.URLv4()}, RecordSeq: found.Seq()}, nil
}

func (n *node) table() answer {
	var a answer
	for _, bucket := range n.udp.TableBuckets() {
		for _, entry := range bucket {
			a.Nodes = append(a.Nodes, entry.Node.URLv4())
		}
	}
	return a
}

func (n *node) lookup(target string) (answer, error) {
	var a answer
	id, err := parseTarget(target)
	if err != nil {
		return a, err
	}
	key, err := v4wire.DecodePubkey(crypto.S256(), id)
	if err != nil {
		return a, err
	}
	for _, found := range n.udp.LookupPubkey(key) {
		a.Nodes = append(a.Nodes, found.URLv4())
	}
	return a, nil
}

func (n *node) find(url, target string) (answer, error) {
	var a answer
	id, err := parseTarget(target)
	if err != nil {
		return a, err
	}
	of, err := enode.ParseV4(url)
	if err != nil {
		return a, err
	}
	found, err := n.findNode(of, id)
	if err != nil {
		return a, err
	}
	for _, told := range found {
		key, err := v4wire.DecodePubkey(crypto.S256(), told.ID)
		if err != nil {
			return a, err
		}
		url := enode.NewV4(key, told.IP, int(told.TCP), int(told.UDP))
		a.Nodes = append(a.Nodes, url.URLv4())
	}
	return a, nil
}

func parseTarget(text string) (v4wire.Pubkey, error) {
	var id v4wire.Pubkey
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != len(id) {
		return id, fmt.Errorf("%q: an id of 128 hex digits is needed", text)
	}
	copy(id[:], bytes)
	return id, nil
}
