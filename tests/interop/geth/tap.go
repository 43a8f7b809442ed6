// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/p2p/discover/v4wire"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// tap is the node's socket. UDPv4 has no exported way to ask one node for
// others, so that is sent past it, and the answer picked out here.
type tap struct {
	*net.UDPConn

	mu      sync.Mutex
	waiting map[v4wire.Pubkey]chan *v4wire.Neighbors
}

func newTap(conn *net.UDPConn) *tap {
	return &tap{
		UDPConn: conn,
		waiting: make(map[v4wire.Pubkey]chan *v4wire.Neighbors),
	}
}

// ReadFromUDPAddrPort implements discover.UDPConn.
func (t *tap) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, from, err := t.UDPConn.ReadFromUDPAddrPort(b)
	if err == nil {
		t.look(b[:n])
	}
	return n, from, err
}

func (t *tap) look(datagram []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return
	}
	packet, sender, _, err := v4wire.Decode(datagram)
	if err != nil {
		return
	}
	neighbors, ok := packet.(*v4wire.Neighbors)
	if !ok {
		return
	}
	select {
	case t.waiting[sender] <- neighbors:
	default:
	}
}

func (t *tap) wait(sender v4wire.Pubkey) (chan *v4wire.Neighbors, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting[sender] != nil {
		return nil, errors.New("already asking that node")
	}
	t.waiting[sender] = make(chan *v4wire.Neighbors, 4)
	return t.waiting[sender], nil
}

func (t *tap) forget(sender v4wire.Pubkey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.waiting, sender)
}

const (
	replyTime = 500 * time.Millisecond
	expiry    = 20 * time.Second
	fullReply = 16
)

// findNode asks one node, which must have an endpoint proof of ours, for those
// closest to target.
func (n *node) findNode(of *enode.Node, target v4wire.Pubkey) ([]v4wire.Node, error) {
	sender := v4wire.EncodePubkey(of.Pubkey())
	replies, err := n.tap.wait(sender)
	if err != nil {
		return nil, err
	}
	defer n.tap.forget(sender)
	packet, _, err := v4wire.Encode(n.key, &v4wire.Findnode{
		Target:     target,
		Expiration: uint64(time.Now().Add(expiry).Unix()),
	})
	if err != nil {
		return nil, err
	}
	endpoint, ok := of.UDPEndpoint()
	if !ok {
		return nil, errors.New("no UDP endpoint")
	}
	if _, err := n.tap.WriteToUDPAddrPort(packet, endpoint); err != nil {
		return nil, err
	}
	return collect(replies)
}

func collect(replies <-chan *v4wire.Neighbors) ([]v4wire.Node, error) {
	var found []v4wire.Node
	answered := false
	timeout := time.After(replyTime)
	for len(found) < fullReply {
		select {
		case reply := <-replies:
			answered = true
			found = append(found, reply.Nodes...)
		case <-timeout:
			if !answered {
				return nil, errors.New("timed out")
			}
			return found, nil
		}
	}
	return found, nil
}
