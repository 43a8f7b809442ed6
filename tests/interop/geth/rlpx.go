// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/enode"
	"github.com/ethereum/go-ethereum/p2p/nat"
)

// clientName is what its Hello says that it is.
const clientName = "interop-geth"

// rlpxOptions are those of a node that makes peers.
type rlpxOptions struct {
	maxPeers   int
	dynamic    int    // of them that it dials of its own choice
	capability string // NAME/VERSION
	static     []*enode.Node
}

// peers is what of a node makes peers: a p2p.Server, which has a protocol that
// says nothing.
type peers struct {
	server *p2p.Server

	mu      sync.Mutex
	ids     map[enode.ID]string // of all that ever were peers
	ended   []ended
	refused []string
}

// ended is a peer that was one, and why it is none any more.
type ended struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// peer is one of the server's own list.
type peer struct {
	ID           string   `json:"id"`
	Inbound      bool     `json:"inbound"`
	Static       bool     `json:"static"`
	Dynamic      bool     `json:"dynamic"`
	Client       string   `json:"client"`
	Capabilities []string `json:"capabilities"`
}

func startServer(listen netip.AddrPort, bootnodes []*enode.Node, keyFile string,
	options *rlpxOptions) (*node, error) {
	key, err := nodeKey(keyFile)
	if err != nil {
		return nil, err
	}
	name, text, _ := strings.Cut(options.capability, "/")
	version, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%q: not NAME/VERSION", options.capability)
	}
	p := &peers{ids: make(map[enode.ID]string)}
	p.server = &p2p.Server{Config: p2p.Config{
		PrivateKey:     key,
		MaxPeers:       options.maxPeers,
		DialRatio:      options.maxPeers / max(options.dynamic, 1),
		NoDial:         options.dynamic == 0 && len(options.static) == 0,
		DiscoveryV4:    true,
		Name:           clientName,
		BootstrapNodes: bootnodes,
		StaticNodes:    options.static,
		ListenAddr:     listen.String(),
		NAT:            nat.ExtIP(listen.Addr().AsSlice()),
		Logger:         log.NewLogger(refusals{peers: p}),
		Protocols: []p2p.Protocol{
			{Name: name, Version: uint(version), Length: 1, Run: p.hold},
		},
	}}
	if err := p.server.Start(); err != nil {
		return nil, err
	}
	go p.watch()
	return &node{key: key, udp: p.server.DiscoveryV4(), peers: p}, nil
}

// hold keeps a peer until its connection ends.
func (p *peers) hold(remote *p2p.Peer, rw p2p.MsgReadWriter) error {
	p.mu.Lock()
	p.ids[remote.ID()] = idOf(remote.Node())
	p.mu.Unlock()
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

func idOf(n *enode.Node) string {
	return hex.EncodeToString(crypto.FromECDSAPub(n.Pubkey())[1:])
}

func (p *peers) watch() {
	events := make(chan *p2p.PeerEvent, 256)
	subscription := p.server.SubscribeEvents(events)
	for {
		select {
		case <-subscription.Err():
			return
		case event := <-events:
			if event.Type == p2p.PeerEventTypeDrop {
				p.mu.Lock()
				p.ended = append(p.ended,
					ended{ID: p.ids[event.Peer], Why: event.Error})
				p.mu.Unlock()
			}
		}
	}
}

func (p *peers) list() answer {
	a := answer{Peers: []peer{}}
	for _, remote := range p.server.Peers() {
		var capabilities []string
		for _, c := range remote.Caps() {
			capabilities = append(capabilities, c.String())
		}
		a.Peers = append(a.Peers, peer{
			ID:           idOf(remote.Node()),
			Inbound:      remote.Inbound(),
			Static:       remote.StaticDialed(),
			Dynamic:      remote.DynDialed(),
			Client:       remote.Fullname(),
			Capabilities: capabilities,
		})
	}
	return a
}

// past is what has ended, and how.
func (p *peers) past() answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return answer{
		Ended:   append([]ended{}, p.ended...),
		Refused: append([]string{}, p.refused...),
	}
}

func (p *peers) dial(of *enode.Node) (answer, error) {
	p.server.AddPeer(of)
	return answer{}, nil
}

func (p *peers) forget(of *enode.Node) (answer, error) {
	p.server.RemovePeer(of)
	return answer{}, nil
}

// refusals is a log of which the errors are kept: connections that came to
// nothing are told nowhere else.
type refusals struct {
	peers *peers
}

// Enabled implements slog.Handler.
func (refusals) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs implements slog.Handler.
func (r refusals) WithAttrs([]slog.Attr) slog.Handler { return r }

// WithGroup implements slog.Handler.
func (r refusals) WithGroup(string) slog.Handler { return r }

// Handle implements slog.Handler.
func (r refusals) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" {
			r.peers.mu.Lock()
			r.peers.refused = append(r.peers.refused, fmt.Sprint(a.Value))
			r.peers.mu.Unlock()
		}
		return true
	})
	return nil
}
