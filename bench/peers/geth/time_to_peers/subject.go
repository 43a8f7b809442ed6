// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"crypto/ecdsa"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// subject is a server in its copy of the network.
type subject struct {
	copy   int
	keys   map[enode.ID]*ecdsa.PrivateKey
	dialer net.Dialer
	server *p2p.Server
	moved  chan<- struct{} // something was reached; does not block

	lock        sync.Mutex // of all below
	dials       int
	connections int // ever
	held        int // now
	lost        int // since half of them were closed
	started     time.Time
	reached     time.Time
	handshaken  time.Time // it had all its peers by its own count
	halved      time.Time
	recovered   time.Time
}

func newSubject(there network, copy int, keys []*ecdsa.PrivateKey, p point,
	moved chan<- struct{}) (*subject, error) {
	s := &subject{
		copy:   copy,
		keys:   make(map[enode.ID]*ecdsa.PrivateKey),
		dialer: net.Dialer{Timeout: p.dialTimeout},
		moved:  moved,
	}
	candidates := make([]*enode.Node, nodes)
	for i, key := range keys {
		candidates[i] = there.enode(copy, i, key)
		s.keys[candidates[i].ID()] = key
	}
	rand.Shuffle(nodes, func(i, j int) {
		candidates[i], candidates[j] = candidates[j], candidates[i]
	})
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, err
	}
	s.server = newServer(key, s, candidates, p)
	return s, nil
}

// newServer makes a server with its defaults, but for how many peers are wanted
// and what the point asks for. All peers may be dialed ones: by default two of
// three are left for others to come.
func newServer(key *ecdsa.PrivateKey, dialer p2p.NodeDialer,
	candidates []*enode.Node, p point) *p2p.Server {
	return &p2p.Server{Config: p2p.Config{
		PrivateKey:      key,
		MaxPeers:        peersWanted,
		DialRatio:       1,
		MaxPendingPeers: p.inFlight,
		Name:            "time_to_peers",
		Dialer:          dialer,
		Logger:          log.NewLogger(slog.DiscardHandler),
		Protocols: []p2p.Protocol{{
			Name:           capability.Name,
			Version:        capability.Version,
			Length:         1,
			Run:            hold,
			DialCandidates: enode.CycleNodes(candidates),
		}},
	}}
}

// hold keeps a peer until its connection ends.
func hold(_ *p2p.Peer, rw p2p.MsgReadWriter) error {
	for {
		message, err := rw.ReadMsg()
		if err != nil {
			return err
		}
		if err := message.Discard(); err != nil {
			return err
		}
	}
}

func (s *subject) start() error {
	events := make(chan *p2p.PeerEvent, peersWanted)
	s.started = time.Now()
	if err := s.server.Start(); err != nil {
		return err
	}
	subscription := s.server.SubscribeEvents(events)
	go s.watchPeers(events, subscription.Err())
	return nil
}

func (s *subject) watchPeers(events <-chan *p2p.PeerEvent, end <-chan error) {
	for {
		select {
		case <-end:
			return
		case <-events:
			full := s.server.PeerCount() >= peersWanted
			s.lock.Lock()
			if full && s.handshaken.IsZero() {
				s.handshaken = time.Now()
				s.tell()
			}
			s.lock.Unlock()
		}
	}
}

// connection is what the server has of a TCP connection: bytes go to answer(),
// it ends when the TCP connection ends, which in turn ends with it.
type connection struct {
	net.Conn // to answer()
	tcp      net.Conn
}

func (c *connection) LocalAddr() net.Addr  { return c.tcp.LocalAddr() }
func (c *connection) RemoteAddr() net.Addr { return c.tcp.RemoteAddr() }
func (c *connection) Close() error {
	c.tcp.Close()
	return c.Conn.Close()
}

// Dial is what the server dials with: p2p.NodeDialer.
func (s *subject) Dial(ctx context.Context, node *enode.Node) (net.Conn, error) {
	s.lock.Lock()
	s.dials++
	s.lock.Unlock()
	place, _ := node.TCPEndpoint()
	tcp, err := s.dialer.DialContext(ctx, "tcp", place.String())
	if err != nil {
		return nil, err
	}
	s.gained()
	ours, theirs := net.Pipe()
	go answer(theirs, s.keys[node.ID()])
	go func() {
		_, _ = io.Copy(io.Discard, tcp)
		s.gone()
		tcp.Close()
		theirs.Close()
	}()
	return &connection{Conn: ours, tcp: tcp}, nil
}

func (s *subject) gained() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.connections++
	s.held++
	if s.held < peersWanted {
		return
	}
	if s.reached.IsZero() {
		s.reached = time.Now()
	} else if s.lost >= peersWanted/2 && s.recovered.IsZero() {
		s.recovered = time.Now()
	}
	s.tell()
}

func (s *subject) tell() {
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

func (s *subject) gone() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.held--
	if !s.halved.IsZero() {
		s.lost++
	}
}
