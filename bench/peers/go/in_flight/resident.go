// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// residentBytes is what of this process's own memory is resident.
func residentBytes() (int64, error) {
	const path = "/proc/self/status"
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kib int64
		if !strings.HasPrefix(lines.Text(), "RssAnon:") {
			continue
		}
		if _, err := fmt.Sscanf(lines.Text(), "RssAnon: %d kB", &kib); err != nil {
			return 0, fmt.Errorf("%s: %q: %w", path, lines.Text(), err)
		}
		return kib * 1024, nil
	}
	return 0, fmt.Errorf("%s has no RssAnon", path)
}
