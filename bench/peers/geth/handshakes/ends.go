// SPDX-License-Identifier: MIT

package main

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
	"github.com/ethereum/go-ethereum/rlp"
)

// The code of Hello, and the version of devp2p with compression (rlpx.md).
const (
	codeHello   = 0
	baseVersion = 5
)

type hello struct {
	Version    uint64
	Name       string
	Caps       []p2p.Cap
	ListenPort uint64
	ID         []byte
	Rest       []rlp.RawValue `rlp:"tail"`
}

// ends are an initiator and a recipient with a key each.
type ends struct {
	caller, answerer *ecdsa.PrivateKey
	listener         net.Listener // nil: net.Pipe
}

func newEnds(overTCP bool) (*ends, error) {
	var e ends
	var err error
	if e.caller, err = crypto.GenerateKey(); err != nil {
		return nil, err
	}
	if e.answerer, err = crypto.GenerateKey(); err != nil {
		return nil, err
	}
	if overTCP {
		e.listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	return &e, err
}

func (e *ends) close() {
	if e.listener != nil {
		e.listener.Close()
	}
}

// run shakes hands for so long, and counts.
func (e *ends) run(length time.Duration) (float64, error) {
	const betweenClocks = 16
	count := 0
	for end := time.Now().Add(length); time.Now().Before(end); {
		for range betweenClocks {
			if err := e.shake(); err != nil {
				return 0, err
			}
			count++
		}
	}
	return float64(count), nil
}

func (e *ends) connect() (ours, theirs net.Conn, err error) {
	if e.listener == nil {
		ours, theirs = net.Pipe()
		return ours, theirs, nil
	}
	if ours, err = net.Dial("tcp", e.listener.Addr().String()); err != nil {
		return nil, nil, err
	}
	if theirs, err = e.listener.Accept(); err != nil {
		ours.Close()
		return nil, nil, err
	}
	for _, conn := range []net.Conn{ours, theirs} {
		// Reset when it is closed, so that no ports run out.
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			return nil, nil, err
		}
	}
	return ours, theirs, nil
}

func (e *ends) shake() error {
	ours, theirs, err := e.connect()
	if err != nil {
		return err
	}
	defer ours.Close()
	defer theirs.Close()
	answered := make(chan error, 1)
	go func() { answered <- e.answer(theirs) }()
	if err := e.call(ours); err != nil {
		return err
	}
	return <-answered
}

func (e *ends) call(conn net.Conn) error {
	session := rlpx.NewConn(conn, &e.answerer.PublicKey)
	if _, err := session.Handshake(e.caller); err != nil {
		return err
	}
	if err := hear(session, &e.answerer.PublicKey); err != nil {
		return err
	}
	if err := greet(session, e.caller); err != nil {
		return err
	}
	session.SetSnappy(true)
	return nil
}

func (e *ends) answer(conn net.Conn) error {
	session := rlpx.NewConn(conn, nil)
	remote, err := session.Handshake(e.answerer)
	if err != nil {
		return err
	}
	if err := greet(session, e.answerer); err != nil {
		return err
	}
	if err := hear(session, remote); err != nil {
		return err
	}
	session.SetSnappy(true)
	return nil
}

func greet(session *rlpx.Conn, key *ecdsa.PrivateKey) error {
	message, err := rlp.EncodeToBytes(&hello{
		Version: baseVersion,
		Name:    "handshakes/bench",
		Caps:    []p2p.Cap{{Name: "eth", Version: 68}},
		ID:      crypto.FromECDSAPub(&key.PublicKey)[1:],
	})
	if err != nil {
		return err
	}
	_, err = session.Write(codeHello, message)
	return err
}

func hear(session *rlpx.Conn, from *ecdsa.PublicKey) error {
	var said hello
	code, message, _, err := session.Read()
	if err != nil {
		return err
	}
	if code != codeHello {
		return fmt.Errorf("message %d instead of Hello", code)
	}
	if err := rlp.DecodeBytes(message, &said); err != nil {
		return err
	}
	if string(said.ID) != string(crypto.FromECDSAPub(from)[1:]) {
		return errors.New("another node says Hello")
	}
	return nil
}
