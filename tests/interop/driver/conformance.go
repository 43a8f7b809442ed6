// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"strings"
)

// A test of the suite waits 300 ms for an answer, which is short on a machine
// that has other things to do: one that fails is run again.
const conformanceTries = 3

// runConformance lets go-ethereum's conformance tests of discv4 ask a node of a
// kind, each test with an identity of its own.
func runConformance(r *report, devp2p string, k *kind) {
	why := missing(k)
	if devp2p == "" {
		why = "they were not built"
	}
	if why != "" {
		r.skip("the conformance tests of discv4", why)
		return
	}
	var w world
	defer w.end(r)
	verdicts, err := w.conformance(devp2p, k)
	if err != nil {
		r.check("the conformance tests of discv4 run", err)
		return
	}
	for _, v := range verdicts {
		name := fmt.Sprintf("%s passes conformance test %s", k.name, v.test)
		r.checkTries(name, v.tries, v.err)
	}
}

// verdict is how a test ended.
type verdict struct {
	test  string
	tries int
	err   error
}

func (w *world) conformance(devp2p string, k *kind) ([]verdict, error) {
	node, err := w.start(k)
	if err != nil {
		return nil, err
	}
	verdicts, err := runSuite(devp2p, node.url, ".")
	for i := range verdicts {
		v := &verdicts[i]
		pattern := "^" + regexp.QuoteMeta(v.test) + "$"
		for v.tries = 1; v.err != nil && v.tries < conformanceTries; v.tries++ {
			again, err := runSuite(devp2p, node.url, pattern)
			if err == nil && len(again) == 1 {
				v.err = again[0].err
			}
		}
	}
	return verdicts, err
}

// runSuite runs the tests that match a pattern, and reads their report in TAP.
func runSuite(devp2p, url, pattern string) ([]verdict, error) {
	output, err := exec.Command(devp2p, "discv4", "test", "--tap",
		"--remote", url, "--run", pattern,
		"--listen1", testerAddress(), "--listen2", testerAddress()).Output()
	var verdicts []verdict
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		line := lines.Text()
		if words := strings.Fields(line); len(words) == 3 && words[0] == "ok" {
			verdicts = append(verdicts, verdict{test: words[2]})
		} else if len(words) == 4 && words[0] == "not" {
			verdicts = append(verdicts, verdict{
				test: words[3],
				err:  errors.New("it failed"),
			})
		} else if n := len(verdicts); n > 0 && verdicts[n-1].err != nil {
			verdicts[n-1].err = fmt.Errorf("%w; %s", verdicts[n-1].err, line)
		}
	}
	if len(verdicts) == 0 {
		return nil, fmt.Errorf("no test was run: %w", err)
	}
	return verdicts, nil
}

func testerAddress() string {
	return netip.MustParseAddrPort(nextAddress()).Addr().String()
}
