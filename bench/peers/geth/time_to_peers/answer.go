// SPDX-License-Identifier: MIT

package main

import (
	"crypto/ecdsa"
	"net"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
	"github.com/ethereum/go-ethereum/rlp"
)

// Codes of the base protocol, and its version with compression (devp2p's
// rlpx.md).
const (
	codeHello   = 0
	codePing    = 2
	codePong    = 3
	baseVersion = 5
)

var capability = p2p.Cap{Name: "bench", Version: 1}

// answered is the CPU time of all answer() in nanoseconds.
var answered atomic.Int64

func answersCPU() time.Duration {
	return time.Duration(answered.Load())
}

type hello struct {
	Version    uint64
	Name       string
	Caps       []p2p.Cap
	ListenPort uint64
	ID         []byte
}

// answer is the node's end of a connection: it shakes hands, and answers pings
// until the connection ends.
func answer(conn net.Conn, key *ecdsa.PrivateKey) {
	defer conn.Close()
	session := rlpx.NewConn(conn, nil)
	if err := greet(session, key); err != nil {
		return
	}
	for {
		code, _, _, err := session.Read()
		if err != nil {
			return
		}
		if code == codePing {
			if _, err := session.Write(codePong, rlp.EmptyList); err != nil {
				return
			}
		}
	}
}

// greet shakes hands. It has a thread of its own, whose time can be told from
// that of the server.
func greet(session *rlpx.Conn, key *ecdsa.PrivateKey) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadCPU()
	defer func() { answered.Add(int64(threadCPU() - before)) }()

	if _, err := session.Handshake(key); err != nil {
		return err
	}
	if _, _, _, err := session.Read(); err != nil {
		return err
	}
	message, err := rlp.EncodeToBytes(&hello{
		Version: baseVersion,
		Name:    "node",
		Caps:    []p2p.Cap{capability},
		ID:      crypto.FromECDSAPub(&key.PublicKey)[1:],
	})
	if err != nil {
		return err
	}
	_, err = session.Write(codeHello, message)
	session.SetSnappy(true)
	return err
}

const rusageThread = 1 // RUSAGE_THREAD of Linux

func threadCPU() time.Duration  { return cpu(rusageThread) }
func processCPU() time.Duration { return cpu(syscall.RUSAGE_SELF) }

func cpu(who int) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(who, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
