// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	capability      = "dtt/1" // by default
	otherCapability = "xyz/1"
	// go-ethereum drops who says nothing for 30 s, and pings every 15 s.
	keepTime = 36 * time.Second
	onceTime = 5 * time.Second // until those who dialed twice have settled it
	// The public key of the secret 1, which nobody here has.
	othersID = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" +
		"483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
)

func (s *story) startStatic(caller, called *kind) error {
	return s.startBoth(caller, called, "")
}

func (s *story) startFull(caller, called *kind) error {
	return s.startBoth(caller, called, "", "--max-peers", "0")
}

func (s *story) startUseless(caller, called *kind) error {
	return s.startBoth(caller, called, "", "--capability", otherCapability)
}

func (s *story) startWrong(caller, called *kind) error {
	if err := s.startCalled(called); err != nil {
		return err
	}
	return s.startCaller(caller, "--static", s.wrongURL())
}

func (s *story) wrongURL() string {
	return strings.Replace(s.called.url, s.called.endpoint.id, othersID, 1)
}

// startDynamic has a bootnode that makes no peers, and a called one that dials
// nobody.
func (s *story) startDynamic(caller, called *kind) error {
	ours := caller
	if !ours.isOurs {
		ours = called
	}
	bootnode, err := s.start(ours)
	if err != nil {
		return err
	}
	if err := s.startCalled(called, "--bootnodes", bootnode.url); err != nil {
		return err
	}
	if err := joins(s.called, bootnode); err != nil {
		return err
	}
	return s.startCaller(caller, "--dynamic", "4", "--bootnodes", bootnode.url)
}

// startMutual starts both twice, as each must know who the other will be.
func (s *story) startMutual(caller, called *kind) error {
	kinds := []*kind{caller, called}
	options := make([][]string, 2)
	nodes := make([]*process, 2)
	for i, k := range kinds {
		options[i] = []string{"--rlpx", "--listen", s.nextAddress(),
			"--key", filepath.Join(s.folder, fmt.Sprint("key", i))}
		node, err := s.startWith(k, options[i]...)
		if err != nil {
			return err
		}
		if err := s.stop(node); err != nil {
			return err
		}
		nodes[i] = node
	}
	errs := make([]error, 2)
	var worlds [2]world
	var starting sync.WaitGroup
	for i, k := range kinds {
		starting.Add(1)
		go func() {
			defer starting.Done()
			words := append(options[i], "--static", nodes[1-i].url)
			nodes[i], errs[i] = worlds[i].startWith(k, words...)
		}()
	}
	starting.Wait()
	s.nodes = append(s.nodes, slices.Concat(worlds[0].nodes, worlds[1].nodes)...)
	s.caller, s.called = nodes[0], nodes[1]
	return errors.Join(errs...)
}

// meetOnce: of two connections one must be left, and stay.
func (s *story) meetOnce() error {
	isOne := func() error {
		var errs []error
		for _, pair := range [][2]*process{{s.caller, s.called}, {s.called, s.caller}} {
			if !pair[0].kind.forgetsPeers {
				_, err := peerOf(pair[0], pair[1])
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
	if err := eventually(isOne); err != nil {
		return err
	}
	time.Sleep(onceTime)
	return isOne()
}

func (s *story) meet() error {
	return eventually(func() error { return arePeers(s.caller, s.called) })
}

func (s *story) keep() error {
	time.Sleep(keepTime)
	return errors.Join(
		arePeers(s.caller, s.called),
		hasKept(s.caller, s.called),
		hasKept(s.called, s.caller))
}

// hasKept: has the other never ended, and do they ping each other? Two of ours
// may do with the pings of one of them.
func hasKept(node, other *process) error {
	a, err := node.ask("past")
	if err != nil {
		return err
	}
	if len(a.Ended) > 0 {
		return fmt.Errorf("%s has lost it: %v", node.kind.name, a.Ended)
	}
	if !node.kind.isOurs {
		return nil
	}
	if a.Pings+a.Pongs < 4 || !other.kind.isOurs && (a.Pings < 2 || a.Pongs < 2) {
		return fmt.Errorf("%s got %d pings and %d pongs", node.kind.name,
			a.Pings, a.Pongs)
	}
	return nil
}

func (s *story) quit() error {
	reasons := s.caller.kind.words.cut
	if s.called.kind.takesLeave {
		reasons = s.caller.kind.words.quit
	}
	if err := s.stop(s.called); err != nil {
		return err
	}
	return s.comesBack(reasons)
}

func (s *story) murder() error {
	if err := s.world.kill(s.called); err != nil {
		return err
	}
	return s.comesBack(s.caller.kind.words.cut)
}

func (s *story) comesBack(reasons []string) error {
	err := eventually(func() error {
		return hasEnded(s.caller, s.called, reasons...)
	})
	if err != nil {
		return err
	}
	if err := s.restartCalled(s.called.kind); err != nil {
		return err
	}
	return s.meet()
}

func (s *story) freeze() error {
	if err := s.called.freeze(); err != nil {
		return err
	}
	err := eventually(func() error {
		return hasEnded(s.caller, s.called, "silent")
	})
	if err := s.called.thaw(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	return s.meet()
}

// part: ethereumjs has one word for it and for the end of all.
func (s *story) part() error {
	if _, err := s.caller.ask("forget", s.called.url); err != nil {
		return err
	}
	words := s.called.kind.words
	err := eventually(func() error {
		return errors.Join(
			hasEnded(s.called, s.caller, append(words.parted, words.quit...)...),
			hasNoPeers(s.caller))
	})
	if err != nil {
		return err
	}
	if _, err := s.caller.ask("dial", s.called.url); err != nil {
		return err
	}
	return s.meet()
}

func (s *story) isTooMany() error {
	if s.caller.kind.isOurs && s.called.kind.endsLate {
		return eventually(func() error {
			return hasEnded(s.caller, s.called, "remote_too_many")
		})
	}
	if s.caller.kind.isOurs {
		return s.dialEndsAs(s.called.url, "too_many_peers", "remote_too_many")
	}
	return s.isRefused([]string{"local_too_many"}, []string{"too many peers"})
}

func (s *story) isWrong() error {
	if s.caller.kind.isOurs {
		return s.dialEndsAs(s.wrongURL(), "", s.called.kind.wrongKey)
	}
	return s.isRefused([]string{"handshake_seal"}, nil)
}

// Either may be the first to see it.
func (s *story) isUseless() error {
	if s.caller.kind.isOurs {
		return s.dialEndsAs(s.called.url, "", "nothing_shared", "remote_useless")
	}
	return s.isRefused([]string{"nothing_shared", "remote_useless"}, nil)
}

// dialEndsAs: how ours says that its dial has ended; no peer comes of it.
func (s *story) dialEndsAs(url, outcome string, endings ...string) error {
	err := eventually(func() error {
		return dialEnded(s.caller, url, outcome, endings...)
	})
	if err != nil {
		return err
	}
	return errors.Join(hasNoPeers(s.caller), hasNoPeers(s.called))
}

// isRefused: what ours, which is called, and the caller say why, if the caller
// tells that; no peer comes of it.
func (s *story) isRefused(ours, theirs []string) error {
	err := eventually(func() error {
		err := hasRefused(s.called, ours...)
		if len(theirs) > 0 {
			err = errors.Join(err, hasRefused(s.caller, theirs...))
		}
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(hasNoPeers(s.caller), hasNoPeers(s.called))
}
