// SPDX-License-Identifier: MIT

package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const traces = "../../../../../tests/traces/dial/*.trace"

func TestAllTracesReplay(t *testing.T) {
	paths, err := filepath.Glob(traces)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces at %s: %v", traces, err)
	}
	for _, path := range paths {
		trace, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := play(string(trace)); err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

func TestReplayTellsDifferences(t *testing.T) {
	const head = "dialtrace 1\nmaxdyn 0\nself n0\nnetrestrict -\n" +
		"static n9 127.0.0.9 30303\nbegin\ntick 0 running 0 random -\n"

	for _, c := range []struct{ rest, says string }{
		{"> static n9 127.0.0.9 30303\nend\n", ""},
		{"> static n9 127.0.0.8 30303\nend\n", "asked for"},
		{"> dyn n9 127.0.0.9 30303\nend\n", "asked for"},
		{"end\n", "also asked for"},
		{"> static n9 127.0.0.9 30303\n> discover\nend\n", "nothing more"},
	} {
		err := play(head + c.rest)
		if (err == nil) != (c.says == "") ||
			err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: want %q, have %v", c.rest, c.says, err)
		}
	}
}

func TestANodeLeavesTheHistoryAfterThirtySeconds(t *testing.T) {
	const end = time.Second
	p := New(Config{})
	p.AddStatic(Node{ID: NodeID{1}, IP: []byte{127, 0, 0, 1}, Port: 1}, nil)
	first := p.NewTasks(0, nil, 0)
	p.TaskDone(first[0], end)

	at := p.NewTasks(1, nil, end+HistoryExpiration)
	after := p.NewTasks(1, nil, end+HistoryExpiration+1)

	if len(first) != 1 || len(at) != 0 || len(after) != 1 {
		t.Errorf("dialed %d times, then %d, then %d: want 1, 0, 1",
			len(first), len(at), len(after))
	}
}
