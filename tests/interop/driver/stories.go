// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// How many stories are told at once.
const storiesAtOnce = 6

// story is how two nodes become peers, or do not.
type story struct {
	world
	folder string // of their keys

	caller, called *process
	calledOptions  []string // that it was started with
}

// chapter is one thing that must happen, after those before it.
type chapter struct {
	title string // CALLER, CALLED: their kinds
	run   func(*story) error
	// Only when dialtone is the caller.
	onlyOurs bool
}

// plot is a story that dialtone and each kind live, each in both roles.
type plot struct {
	begin    func(s *story, caller, called *kind) error
	chapters []chapter
	ipv6     bool
}

// Those that take long come first.
var plots = []plot{
	{(*story).startStatic, []chapter{
		{"CALLER dials CALLED, and both have the other once, as its Hello says",
			(*story).meet, false},
		{"CALLER and CALLED keep each other for 36 s, and answer pings",
			(*story).keep, false},
		{"CALLER notices when CALLED quits, and dials it again when it is back",
			(*story).quit, false},
		{"CALLER notices kill -9 of CALLED, and dials it again when it is back",
			(*story).murder, false},
		{"CALLER gives up a CALLED that says no more, and dials it when it does",
			(*story).freeze, true},
		{"CALLER lets go of CALLED, and dials it again when it is told to",
			(*story).part, false},
	}, false},
	{(*story).startMutual, []chapter{
		{"CALLER and CALLED dial each other at once, and become peers once",
			(*story).meetOnce, false},
	}, false},
	{(*story).startFull, []chapter{
		{"CALLER is told by CALLED that it has no room", (*story).isTooMany, false},
	}, false},
	{(*story).startWrong, []chapter{
		{"CALLER dials CALLED by another's key, and gets nobody",
			(*story).isWrong, false},
	}, false},
	{(*story).startUseless, []chapter{
		{"CALLER and CALLED, who share nothing, part as useless",
			(*story).isUseless, false},
	}, false},
	{(*story).startDynamic, []chapter{
		{"CALLER finds CALLED by discovery, and dials it", (*story).meet, false},
	}, false},
	{(*story).startStatic, []chapter{
		{"over IPv6, CALLER dials CALLED", (*story).meet, false},
	}, true},
}

// runStories lets dialtone live all plots with each kind, its own too.
func runStories(r *report, dialtone *kind, kinds []*kind) {
	var telling sync.WaitGroup
	slots := make(chan struct{}, storiesAtOnce)
	for _, p := range plots {
		for _, roles := range bothRoles(dialtone, kinds) {
			caller, called := roles[0], roles[1]
			if p.ipv6 && !(caller.ipv6 && called.ipv6) {
				continue
			}
			if why := p.cannot(caller, called); why != "" {
				r.skip(p.chapters[0].name(caller, called), why)
				continue
			}
			telling.Add(1)
			slots <- struct{}{}
			go func() {
				defer telling.Done()
				defer func() { <-slots }()
				p.tell(r, caller, called)
			}()
		}
	}
	telling.Wait()
}

func (p *plot) cannot(caller, called *kind) string {
	if p.ipv6 && !hasIPv6() {
		return "this machine has no IPv6"
	}
	return missing(caller, called)
}

func bothRoles(dialtone *kind, kinds []*kind) [][2]*kind {
	var roles [][2]*kind
	for _, k := range kinds {
		roles = append(roles, [2]*kind{dialtone, k})
		if k != dialtone {
			roles = append(roles, [2]*kind{k, dialtone})
		}
	}
	return roles
}

func (c *chapter) name(caller, called *kind) string {
	return strings.NewReplacer("CALLER", caller.name, "CALLED", called.name).
		Replace(c.title)
}

// tell ends at the first chapter that does not go as it should.
func (p *plot) tell(r *report, caller, called *kind) {
	s := story{world: world{ipv6: p.ipv6}}
	defer s.end(r)
	var err error
	if s.folder, err = os.MkdirTemp("", "interop"); err == nil {
		defer os.RemoveAll(s.folder)
		err = p.begin(&s, caller, called)
	}
	for _, c := range p.chapters {
		if c.onlyOurs && !caller.isOurs {
			continue
		}
		if err == nil {
			err = c.run(&s)
		}
		r.check(c.name(caller, called), err)
		if err != nil {
			return
		}
	}
}

// startBoth lets the caller keep the called one connected, at this URL if there
// is one.
func (s *story) startBoth(caller, called *kind, url string, options ...string) error {
	if err := s.startCalled(called, options...); err != nil {
		return err
	}
	if url == "" {
		url = s.called.url
	}
	return s.startCaller(caller, "--static", url)
}

func (s *story) startCalled(k *kind, options ...string) error {
	s.calledOptions = slices.Concat([]string{
		"--rlpx",
		"--listen", s.nextAddress(),
		"--key", filepath.Join(s.folder, "key"),
	}, options)
	return s.restartCalled(k)
}

// restartCalled lets it come back as who it was.
func (s *story) restartCalled(k *kind) error {
	var err error
	s.called, err = s.startWith(k, s.calledOptions...)
	return err
}

func (s *story) startCaller(k *kind, options ...string) error {
	var err error
	s.caller, err = s.startWith(k, slices.Concat(
		[]string{"--rlpx", "--listen", s.nextAddress()}, options)...)
	return err
}
