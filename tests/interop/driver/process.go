// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Every kind of node is a program that is started with
//
//	--listen ADDRESS:PORT --bootnodes URL,... [--key FILE]
//
// prints its enode URL, and carries out commands from standard input, several
// at once, until that ends or says "0 quit". A command is a line that begins
// with a tag; its answer, a JSON object with that tag, comes in any order:
//
//	TAG ping URL            {"tag": TAG, "seen_as": ADDRESS:PORT, "record_seq": N}
//	TAG findnode URL ID     {"tag": TAG, "nodes": [URL, ...]}
//	TAG lookup ID           {"tag": TAG, "nodes": [URL, ...]}
//	TAG resolve URL         {"tag": TAG, "nodes": [URL]}
//	TAG requestenr URL      {"tag": TAG, "nodes": [URL], "record": "enr:...",
//	                         "record_seq": N}
//	TAG table               {"tag": TAG, "nodes": [URL, ...]}
//
// or {"tag": TAG, "error": TEXT}. What an implementation does not tell is left
// out.
//
// With --rlpx it makes peers, too, by TCP at the same address and port:
//
//	--capability NAME/VERSION      what it speaks; dtt/1
//	--max-peers N --dynamic N      of these, how many of its own choice it dials
//	--static URL,...               keep these connected
//
//	TAG peers               {"tag": TAG, "peers": [PEER, ...]}
//	TAG past                {"tag": TAG, "ended": [{"id": ID, "why": TEXT}, ...],
//	                         "refused": [TEXT, ...], "pings": N, "pongs": N}
//	TAG dial URL            keep it connected
//	TAG forget URL          no longer
//	TAG fate URL            {"tag": TAG, "outcome": TEXT, "ending": TEXT}
//
// A peer that was one is among the ended, a connection that never became one
// among the refused.
type answer struct {
	Tag       string   `json:"tag"`
	Error     string   `json:"error"`
	Nodes     []string `json:"nodes"`
	SeenAs    string   `json:"seen_as"`
	RecordSeq uint64   `json:"record_seq"`
	Record    string   `json:"record"`

	Peers   []peer   `json:"peers"`
	Ended   []ended  `json:"ended"`
	Refused []string `json:"refused"`
	Pings   int      `json:"pings"`
	Pongs   int      `json:"pongs"`
	Outcome string   `json:"outcome"`
	Ending  string   `json:"ending"`
}

type peer struct {
	ID           string   `json:"id"`
	Inbound      bool     `json:"inbound"`
	Static       bool     `json:"static"`
	Dynamic      bool     `json:"dynamic"`
	Client       string   `json:"client"`
	Capabilities []string `json:"capabilities"`
}

type ended struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

const (
	startLimit  = 60 * time.Second
	answerLimit = 60 * time.Second
	quitLimit   = 10 * time.Second
)

// process is a node. Its methods may be called from several goroutines.
type process struct {
	kind     *kind
	url      string
	endpoint endpoint

	command *exec.Cmd
	ended   chan struct{} // closed when it says no more

	mu      sync.Mutex
	input   io.WriteCloser
	lastTag int
	waiting map[string]chan answer
}

func startProcess(k *kind, options []string) (*process, error) {
	words := slices.Concat(k.command, options)
	p := &process{
		kind:    k,
		command: exec.Command(words[0], words[1:]...),
		ended:   make(chan struct{}),
		waiting: make(map[string]chan answer),
	}
	p.command.Stderr = os.Stderr
	output, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.input, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	greeting := make(chan string, 1)
	go p.read(output, greeting)
	if err := p.greet(greeting); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s %s: %w", k.name, options, err)
	}
	return p, nil
}

func (p *process) greet(greeting <-chan string) error {
	select {
	case p.url = <-greeting:
	case <-p.ended:
		return errors.New("ended before it said where it is")
	case <-time.After(startLimit):
		return errors.New("does not say where it is")
	}
	var err error
	p.endpoint, err = parseEnode(p.url)
	return err
}

func (p *process) read(output io.Reader, greeting chan<- string) {
	defer close(p.ended)
	lines := bufio.NewScanner(output)
	if !lines.Scan() {
		return
	}
	greeting <- lines.Text()
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			fmt.Fprintf(os.Stderr, "%s said: %s\n", p.kind.name, lines.Text())
			continue
		}
		p.mu.Lock()
		waiting := p.waiting[a.Tag]
		delete(p.waiting, a.Tag)
		p.mu.Unlock()
		if waiting != nil {
			waiting <- a
		}
	}
}

// ask carries out a command.
func (p *process) ask(words ...string) (answer, error) {
	waiting := make(chan answer, 1)
	if err := p.send(waiting, words); err != nil {
		return answer{}, err
	}
	select {
	case a := <-waiting:
		if a.Error != "" {
			return a, errors.New(a.Error)
		}
		return a, nil
	case <-p.ended:
		return answer{}, fmt.Errorf("%s has ended", p.kind.name)
	case <-time.After(answerLimit):
		return answer{}, fmt.Errorf("no answer to %s in %v", words[0], answerLimit)
	}
}

func (p *process) send(waiting chan answer, words []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastTag++
	tag := fmt.Sprint(p.lastTag)
	p.waiting[tag] = waiting
	_, err := fmt.Fprintf(p.input, "%s %s\n", tag, strings.Join(words, " "))
	return err
}

func (p *process) nodes(words ...string) ([]endpoint, error) {
	a, err := p.ask(words...)
	if err != nil {
		return nil, err
	}
	return parseEnodes(a.Nodes)
}

// kill ends it as kill -9 does.
func (p *process) kill() error {
	if err := p.command.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	p.command.Wait() // it was killed
	return nil
}

// freeze lets it do nothing any more, though its connections stay.
func (p *process) freeze() error {
	return p.command.Process.Signal(syscall.SIGSTOP)
}

// thaw lets it go on.
func (p *process) thaw() error {
	return p.command.Process.Signal(syscall.SIGCONT)
}

// stop ends the node, by force if it must, and says if it ended badly: a
// sanitizer, say, had something to report.
func (p *process) stop() error {
	p.mu.Lock()
	fmt.Fprintln(p.input, "0 quit")
	p.input.Close()
	p.mu.Unlock()
	select {
	case <-p.ended:
	case <-time.After(quitLimit):
		p.command.Process.Kill()
		p.command.Wait()
		return fmt.Errorf("%s does not end", p.kind.name)
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("%s ended with %w", p.kind.name, err)
	}
	return nil
}
