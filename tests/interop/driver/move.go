// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// runMoves lets a node of each kind that has records come back at another
// address, with the key that it had, and one of another kind must notice. The
// key is read from a file that the other kind has written.
func runMoves(r *report, kinds []*kind) {
	for _, mover := range kinds {
		for _, watcher := range kinds {
			if mover == watcher || !bothRecords(mover, watcher) ||
				missing(mover, watcher) != "" {
				continue
			}
			name := fmt.Sprintf("%s finds a %s again that comes back elsewhere",
				watcher.name, mover.name)
			var w world
			tries, err := w.move(mover, watcher)
			r.checkTries(name, tries, err)
			w.end(r)
		}
	}
}

func (w *world) move(mover, watcher *kind) (int, error) {
	folder, err := os.MkdirTemp("", "interop")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	key := filepath.Join(folder, "key")
	id, err := w.writeKey(watcher, key)
	if err != nil {
		return 0, err
	}

	watching, err := w.start(watcher)
	if err != nil {
		return 0, err
	}
	before, err := w.startWithKey(mover, key, watching)
	if err != nil {
		return 0, err
	}
	if before.endpoint.id != id {
		return 0, fmt.Errorf("%s reads another key than %s wrote", mover.name,
			watcher.name)
	}
	if err := eventually(func() error { return hasNode(watching, before) }); err != nil {
		return 0, err
	}
	if err := w.stop(before); err != nil {
		return 0, err
	}
	after, err := w.startWithKey(mover, key, watching)
	if err != nil {
		return 0, err
	}
	return countTries(func() error { return resolves(watching, after) })
}

// writeKey lets a node make its key, and says its id.
func (w *world) writeKey(k *kind, file string) (string, error) {
	writer, err := w.startWithKey(k, file)
	if err != nil {
		return "", err
	}
	return writer.endpoint.id, w.stop(writer)
}
